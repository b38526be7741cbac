{{/*
The Deployments: a list of { name, suffix, roles, public, stores, mcp, replicas (at most), minReplicas, ... } in YAML.
One with all roles, or one for each.
*/}}
{{- define "gatehouse.components" -}}
{{- $root := . -}}
{{- $common := pick .Values "replicas" "autoscaling" "resources" "nodeSelector" "tolerations" "affinity" "podAnnotations" -}}
{{- $isOwn := not (include "gatehouse.isExternal" .) -}}
{{- $roles := ternary (list "proxy" "authorization-server" "mcp") (list "proxy" "mcp") $isOwn -}}
{{- $kinds := list (dict "name" "all" "suffix" "" "roles" $roles "key" "") -}}
{{- if .Values.splitRoles -}}
{{- $kinds = list (dict "name" "proxy" "suffix" "-proxy" "roles" (list "proxy") "key" "proxy") -}}
{{- if $isOwn -}}
{{- $kinds = append $kinds (dict "name" "authorization-server" "suffix" "-authorization-server" "roles" (list "authorization-server") "key" "authorizationServer") -}}
{{- end -}}
{{- $kinds = append $kinds (dict "name" "mcp" "suffix" "-mcp" "roles" (list "mcp") "key" "mcp") -}}
{{- end -}}
{{- $components := list -}}
{{- range $kind := $kinds -}}
{{- $own := $common -}}
{{- with $kind.key -}}
{{- $own = mergeOverwrite (deepCopy $common) (deepCopy (get $root.Values.roles . | default dict)) -}}
{{- end -}}
{{- $component := merge $kind $own -}}
{{- $_ := set $component "isPublic" (has "proxy" $kind.roles) -}}
{{- $_ := set $component "isAuthorizationServer" (has "authorization-server" $kind.roles) -}}
{{- $_ := set $component "isMcp" (has "mcp" $kind.roles) -}}
{{- $_ := set $component "most" (ternary $own.autoscaling.maxReplicas $own.replicas $own.autoscaling.enabled | int) -}}
{{- $_ := set $component "least" (ternary $own.autoscaling.minReplicas $own.replicas $own.autoscaling.enabled | int) -}}
{{- $components = append $components $component -}}
{{- end -}}
{{- toYaml $components -}}
{{- end -}}

{{/* Labels by which one Deployment knows its pods. */}}
{{- define "gatehouse.componentLabels" -}}
{{ include "gatehouse.selectorLabels" .root }}
app.kubernetes.io/component: {{ .component.name }}
{{- end -}}

{{- define "gatehouse.publicComponent" -}}
{{- ternary "proxy" "all" .Values.splitRoles -}}
{{- end -}}

{{- define "gatehouse.usesFile" -}}
{{- if not (or .Values.database.existingSecret (include "gatehouse.isExternal" .)) -}}true{{- end -}}
{{- end -}}

{{- define "gatehouse.shutdownSeconds" -}}
{{- get .Values.config "SHUTDOWN_TIMEOUT_SECONDS" | default 10 | int -}}
{{- end -}}

{{- define "gatehouse.graceSeconds" -}}
{{- $own := .Values.shutdown.gracePeriodSeconds -}}
{{- if kindIs "invalid" $own -}}
{{- add (int .Values.shutdown.preStopSeconds) (include "gatehouse.shutdownSeconds" . | int) 10 -}}
{{- else -}}
{{- int $own -}}
{{- end -}}
{{- end -}}

{{/* Three quarters of a memory limit in Mi or Gi, as megabytes for Node; nothing for another unit. */}}
{{- define "gatehouse.heapMegabytes" -}}
{{- $limit := dig "limits" "memory" "" . | toString -}}
{{- if regexMatch "^[0-9]+Mi$" $limit -}}
{{- div (mul (trimSuffix "Mi" $limit | int) 3) 4 -}}
{{- else if regexMatch "^[0-9]+Gi$" $limit -}}
{{- mul (trimSuffix "Gi" $limit | int) 768 -}}
{{- end -}}
{{- end -}}
