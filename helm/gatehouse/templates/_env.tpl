{{/* A setting as text: whole numbers without exponent, lists between commas. */}}
{{- define "gatehouse.settingText" -}}
{{- if kindIs "slice" . -}}
{{- join "," . -}}
{{- else if or (kindIs "float64" .) (kindIs "int64" .) (kindIs "int" .) -}}
{{- int64 . -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

{{/* What the chart itself sets, without the secrets: a map of names to text. Takes { root, component }. */}}
{{- define "gatehouse.ownSettings" -}}
{{- $root := .root -}}
{{- $name := include "gatehouse.fullname" $root -}}
NODE_ENV: {{ ternary "production" "development" (eq (include "gatehouse.isProduction" $root) "true") }}
GATEHOUSE_ROLES: {{ join "," .component.roles }}
GATEHOUSE_REPLICAS: {{ .component.most | quote }}
PUBLIC_URL: {{ include "gatehouse.publicUrl" $root }}
BIND_ADDRESS: {{ $root.Values.bindAddress | quote }}
DATA_DIR: /data
{{- if include "gatehouse.isExternal" $root }}
AUTHORIZATION: external
{{- else }}
SIGN_IN_MODE: {{ $root.Values.signIn.mode }}
{{- end }}
AUDIT_SINK: {{ get $root.Values.config "AUDIT_SINK" | default "stdout" }}
{{- if $root.Values.splitRoles }}
{{- if not (include "gatehouse.isExternal" $root) }}
AUTHORIZATION_SERVER_URL: http://{{ $name }}-authorization-server:3003
{{- end }}
MCP_SERVER_URL: http://{{ $name }}-mcp:3004
{{- end }}
{{- with include "gatehouse.allowedHosts" $root }}
ALLOWED_HOSTS: {{ . | quote }}
{{- end }}
{{- with include "gatehouse.trustedProxies" $root }}
TRUSTED_PROXIES: {{ . | quote }}
{{- end }}
{{- if include "gatehouse.readsConfigFile" . }}
GATEHOUSE_CONFIG_FILE: /etc/gatehouse/{{ include "gatehouse.configFileKey" $root }}
{{- end }}
{{- if include "gatehouse.hasResourceFiles" $root }}
RESOURCES_DIR: /resources
{{- end }}
{{- if and (gt (int .component.most) 1) .component.isMcp (eq $root.Values.mcpSessionRouting "none") }}
MCP_MAX_SESSIONS: "0"
{{- end }}
{{- with $root.Values.caBundle.configMap }}
NODE_EXTRA_CA_CERTS: /etc/gatehouse-ca/{{ $root.Values.caBundle.key }}
{{- end }}
{{- with include "gatehouse.heapMegabytes" .component.resources }}
NODE_OPTIONS: --max-old-space-size={{ . }}
{{- end }}
{{- end -}}

{{- define "gatehouse.allowedHosts" -}}
{{- $hosts := get .Values.config "ALLOWED_HOSTS" | default list -}}
{{- if .Values.ingress.enabled -}}{{- $hosts = concat $hosts .Values.ingress.extraHosts -}}{{- end -}}
{{- if .Values.httpRoute.enabled -}}{{- $hosts = concat $hosts .Values.httpRoute.extraHosts -}}{{- end -}}
{{- uniq $hosts | join "," -}}
{{- end -}}

{{/* Behind an ingress, and between our own servers, requests come from private addresses; X-Forwarded-For says whose they are. */}}
{{- define "gatehouse.trustedProxies" -}}
{{- $proxies := get .Values.config "TRUSTED_PROXIES" | default list -}}
{{- if and (not $proxies) (or .Values.splitRoles .Values.ingress.enabled .Values.httpRoute.enabled) -}}
{{- $proxies = list "127.0.0.0/8" "::1" "10.0.0.0/8" "172.16.0.0/12" "192.168.0.0/16" "100.64.0.0/10" "fc00::/7" -}}
{{- end -}}
{{- join "," $proxies -}}
{{- end -}}

{{- define "gatehouse.hasConfigFile" -}}
{{- if or .Values.configFile .Values.existingConfigFile.configMap -}}true{{- end -}}
{{- end -}}

{{/* True for the Deployments whose servers need the file: all but that of the proxy alone, which then has no secret at all. */}}
{{- define "gatehouse.readsConfigFile" -}}
{{- if and (include "gatehouse.hasConfigFile" .root) (or .component.isAuthorizationServer .component.isMcp) -}}true{{- end -}}
{{- end -}}

{{- define "gatehouse.configFileKey" -}}
{{- if .Values.existingConfigFile.configMap -}}{{ .Values.existingConfigFile.key }}{{- else -}}gatehouse.yaml{{- end -}}
{{- end -}}

{{- define "gatehouse.hasResourceFiles" -}}
{{- if or .Values.resourceFiles.existingClaim .Values.resourceFiles.configMap -}}true{{- end -}}
{{- end -}}

{{/* The secrets of one Deployment, as a map of variable to { secret, key }. Takes { root, component }. */}}
{{- define "gatehouse.ownSecrets" -}}
{{- $values := .root.Values -}}
{{- $generated := include "gatehouse.generatedSecretName" .root -}}
{{- with $values.otlpHeaders.existingSecret }}
OTEL_EXPORTER_OTLP_HEADERS: { secret: {{ . }}, key: {{ $values.otlpHeaders.key }} }
{{- end }}
{{- $audits := eq (get $values.config "AUDIT_SINK" | default "" | toString) "database" -}}
{{- if or .component.isAuthorizationServer $audits }}
{{- with $values.database.existingSecret }}
DATABASE_URL: { secret: {{ . }}, key: {{ $values.database.key }} }
{{- end }}
{{- if $values.encryptionKey.existingSecret }}
GATEHOUSE_ENCRYPTION_KEY: { secret: {{ $values.encryptionKey.existingSecret }}, key: {{ $values.encryptionKey.key }} }
{{- else if $values.secrets.generate }}
GATEHOUSE_ENCRYPTION_KEY: { secret: {{ $generated }}, key: GATEHOUSE_ENCRYPTION_KEY }
{{- end }}
{{- end }}
{{- if .component.isMcp }}
{{- if $values.stateSecret.existingSecret }}
MCP_STATE_SECRET: { secret: {{ $values.stateSecret.existingSecret }}, key: {{ $values.stateSecret.key }} }
{{- else if $values.secrets.generate }}
MCP_STATE_SECRET: { secret: {{ $generated }}, key: MCP_STATE_SECRET }
{{- end }}
{{- end }}
{{- end -}}

{{/* The variables with which the MCP server asks issuers about tokens: it gets no other secret of the file. */}}
{{- define "gatehouse.secretsOfIssuers" -}}
{{- $names := list -}}
{{- range get .Values.configFile "trustedIssuers" | default list -}}
{{- with dig "introspection" "clientSecretEnv" "" . -}}{{- $names = append $names . -}}{{- end -}}
{{- end -}}
{{- toYaml $names -}}
{{- end -}}

{{/* The environment of the container. Takes { root, component }. */}}
{{- define "gatehouse.env" -}}
{{- $settings := include "gatehouse.ownSettings" . | fromYaml -}}
{{- range $name, $value := .root.Values.config -}}
{{- if not (hasKey $settings $name) -}}
{{- $_ := set $settings $name (include "gatehouse.settingText" $value) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $source := include "gatehouse.ownSecrets" . | fromYaml }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $source.secret }}
      key: {{ $source.key }}
{{- end }}
{{- $needed := include "gatehouse.secretsOfIssuers" .root | fromYamlArray -}}
{{- $isAll := or .component.isAuthorizationServer (and .component.isMcp (include "gatehouse.isExternal" .root)) -}}
{{- $isMcp := .component.isMcp -}}
{{- range .root.Values.secretEnv }}
{{- if or $isAll (and $isMcp (has .name $needed)) }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
