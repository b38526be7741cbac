{{/* Names: 40 characters at most, because the longest suffix has 21 and a Service may have 63. A longer one ends in a hash, so that two do not become one. */}}
{{- define "gatehouse.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "gatehouse.fullname" -}}
{{- $name := .Values.fullnameOverride -}}
{{- if not $name -}}
{{- $chart := include "gatehouse.name" . -}}
{{- $name = ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) -}}
{{- end -}}
{{- if gt (len $name) 40 -}}
{{- printf "%s-%s" (trunc 31 $name | trimSuffix "-") (sha256sum $name | trunc 8) -}}
{{- else -}}
{{- $name | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gatehouse.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "gatehouse.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "gatehouse.generatedSecretName" -}}
{{ include "gatehouse.fullname" . }}-keys
{{- end -}}

{{/* Never the version of the chart: a selector cannot be changed. */}}
{{- define "gatehouse.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gatehouse.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gatehouse.labels" -}}
{{ include "gatehouse.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "gatehouse.image" -}}
{{- $image := .Values.image -}}
{{- $registry := default $image.registry .Values.global.imageRegistry -}}
{{- $repository := ternary (printf "%s/%s" $registry $image.repository) $image.repository (ne $registry "") -}}
{{- if $image.digest -}}
{{ $repository }}@{{ $image.digest }}
{{- else -}}
{{ $repository }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/* The host of publicUrl, without port. */}}
{{- define "gatehouse.publicHost" -}}
{{- (urlParse .Values.publicUrl).hostname -}}
{{- end -}}

{{/* As the servers have it: without a trailing slash. */}}
{{- define "gatehouse.publicUrl" -}}
{{- trimSuffix "/" .Values.publicUrl -}}
{{- end -}}

{{/* The path prefix of publicUrl; nothing where it has none. */}}
{{- define "gatehouse.pathPrefix" -}}
{{- (urlParse (include "gatehouse.publicUrl" .)).path -}}
{{- end -}}

{{/* What has to reach the proxy: everything on a host of its own. Below a prefix that, and the documents whose well-known part stands in front of it (RFC 8414 section 3.1, RFC 9728 section 3.1). */}}
{{- define "gatehouse.publicPaths" -}}
{{- $prefix := include "gatehouse.pathPrefix" . -}}
{{- $paths := list "/" -}}
{{- if $prefix -}}
{{- $paths = list $prefix -}}
{{- range list "oauth-authorization-server" "oauth-protected-resource" "openid-configuration" -}}
{{- $paths = append $paths (printf "/.well-known/%s%s" . $prefix) -}}
{{- end -}}
{{- end -}}
{{- toYaml $paths -}}
{{- end -}}

{{- define "gatehouse.publicHosts" -}}
{{- prepend .extraHosts (include "gatehouse.publicHost" .root) | uniq | toYaml -}}
{{- end -}}

{{- define "gatehouse.isLoopback" -}}
{{- $host := include "gatehouse.publicHost" . -}}
{{- if or (eq $host "localhost") (hasPrefix "127." $host) (eq $host "[::1]") (eq $host "::1") -}}true{{- end -}}
{{- end -}}

{{- define "gatehouse.isProduction" -}}
{{- if or (eq .Values.signIn.mode "openid") (include "gatehouse.isExternal" .) -}}true{{- end -}}
{{- end -}}

{{/* True where there is no authorization server of our own. */}}
{{- define "gatehouse.isExternal" -}}
{{- if eq .Values.authorization "external" -}}true{{- end -}}
{{- end -}}
