{{/* Stops the rendering for values that contradict each other; each message begins with the value to change. */}}
{{- define "gatehouse.validate" -}}
{{- $problems := concat
  (include "gatehouse.problemsOfAddress" . | fromYamlArray)
  (include "gatehouse.problemsOfSignIn" . | fromYamlArray)
  (include "gatehouse.problemsOfIssuers" . | fromYamlArray)
  (include "gatehouse.problemsOfStorage" . | fromYamlArray)
  (include "gatehouse.problemsOfReplicas" . | fromYamlArray)
  (include "gatehouse.problemsOfShutdown" . | fromYamlArray)
  (include "gatehouse.problemsOfEnvironment" . | fromYamlArray)
  (include "gatehouse.problemsOfMonitoring" . | fromYamlArray) -}}
{{- if $problems -}}
{{- fail (printf "these values do not go together:\n- %s" (join "\n- " $problems)) -}}
{{- end -}}
{{- end -}}

{{- define "gatehouse.problemsOfAddress" -}}
{{- $problems := list -}}
{{- $loopback := include "gatehouse.isLoopback" . -}}
{{- if and (not $loopback) (hasPrefix "http:" .Values.publicUrl) -}}
{{- $problems = append $problems (printf "publicUrl: %s must begin with https://, because OAuth 2.1 forbids plain http beyond the own computer" .Values.publicUrl) -}}
{{- end -}}
{{- if and $loopback (or .Values.ingress.enabled .Values.httpRoute.enabled) -}}
{{- $problems = append $problems (printf "publicUrl: %s is an address of the own computer; with ingress or httpRoute set it to the address that clients use, such as https://gate.example.com" .Values.publicUrl) -}}
{{- end -}}
{{- $prefix := include "gatehouse.pathPrefix" . -}}
{{- if or (regexMatch "^/(?:\\.well-known|account|authorize|consent|dev|health|internal|introspect|mcp|metrics|par|register|revoke|sign-in|sign-out|token)(?:/|$)" $prefix) (hasSuffix "/mcp" $prefix) -}}
{{- $problems = append $problems (printf "publicUrl: %s must be the address in front of /mcp, such as https://gate.example.com or https://example.com/gate, and not a path that Gatehouse has itself" .Values.publicUrl) -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- $problems = append $problems "httpRoute.parentRefs: name the Gateway, such as [{ name: public, namespace: gateways }]" -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfSignIn" -}}
{{- $root := . -}}
{{- $problems := list -}}
{{- $providers := get .Values.configFile "identityProviders" | default list -}}
{{- if include "gatehouse.isExternal" . -}}
{{- range $name := list "identityProviders" "clients" -}}
{{- if get $root.Values.configFile $name -}}
{{- $problems = append $problems (printf "configFile.%s: authorization external has no authorization server of our own that would use it; leave it out" $name) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.signIn.mode "openid" -}}
{{- $problems = append $problems "signIn.mode: with authorization external nobody signs in here; leave it out" -}}
{{- end -}}
{{- else if eq .Values.signIn.mode "development" -}}
{{- if not (include "gatehouse.isLoopback" .) -}}
{{- $problems = append $problems (printf "signIn.mode: development lets everybody in who reaches %s; set it to openid, with configFile.identityProviders" .Values.publicUrl) -}}
{{- end -}}
{{- if ne .Values.service.type "ClusterIP" -}}
{{- $problems = append $problems (printf "service.type: %s would let everybody in with signIn.mode development; set signIn.mode to openid, or service.type to ClusterIP" .Values.service.type) -}}
{{- end -}}
{{- if $providers -}}
{{- $problems = append $problems "signIn.mode: development uses none of configFile.identityProviders; set it to openid, or leave them out" -}}
{{- end -}}
{{- else if and (not $providers) (not .Values.existingConfigFile.configMap) -}}
{{- $problems = append $problems "configFile.identityProviders: signIn.mode openid needs at least one, or a file in existingConfigFile.configMap" -}}
{{- end -}}
{{- if and .Values.configFile .Values.existingConfigFile.configMap -}}
{{- $problems = append $problems "existingConfigFile.configMap: there is a configFile too; leave one of them out" -}}
{{- end -}}
{{- $given := list -}}
{{- range concat .Values.secretEnv .Values.extraEnv -}}{{- $given = append $given .name -}}{{- end -}}
{{- if not .Values.extraEnvFrom -}}
{{- range $entry := concat $providers (get .Values.configFile "clients" | default list) -}}
{{- with get $entry "clientSecretEnv" -}}
{{- if not (has . $given) -}}
{{- $problems = append $problems (printf "secretEnv: configFile has the secret of %s in %s; add { name: %s, existingSecret: NAME, key: KEY }" (get $entry "id" | default (get $entry "clientId")) . .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $providers -}}
{{- if not (hasPrefix "https:" .issuer) -}}
{{- $problems = append $problems (printf "configFile.identityProviders: the issuer of %s must begin with https://" .id) -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfIssuers" -}}
{{- $problems := list -}}
{{- $issuers := get .Values.configFile "trustedIssuers" | default list -}}
{{- if include "gatehouse.isExternal" . -}}
{{- if not (or $issuers .Values.existingConfigFile.configMap (hasKey .Values.config "TOKEN_ISSUER")) -}}
{{- $problems = append $problems "configFile.trustedIssuers: authorization external needs at least one, or a file in existingConfigFile.configMap" -}}
{{- end -}}
{{- if .Values.database.existingSecret -}}
{{- $problems = append $problems "database.existingSecret: with authorization external nothing is stored; leave it out" -}}
{{- end -}}
{{- if .Values.roles.authorizationServer -}}
{{- $problems = append $problems "roles.authorizationServer: with authorization external there is none; leave it out" -}}
{{- end -}}
{{- end -}}
{{- $given := list -}}
{{- range concat .Values.secretEnv .Values.extraEnv -}}{{- $given = append $given .name -}}{{- end -}}
{{- range $issuers -}}
{{- if not (hasPrefix "https:" .issuer) -}}
{{- $problems = append $problems (printf "configFile.trustedIssuers: the issuer of %s must begin with https://" .id) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.extraEnvFrom -}}
{{- range $name := include "gatehouse.secretsOfIssuers" . | fromYamlArray -}}
{{- if not (has $name $given) -}}
{{- $problems = append $problems (printf "secretEnv: configFile.trustedIssuers has a secret in %s; add { name: %s, existingSecret: NAME, key: KEY }" $name $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfStorage" -}}
{{- $problems := list -}}
{{- $hasKey := or .Values.encryptionKey.existingSecret .Values.secrets.generate -}}
{{- if and (not $hasKey) (not (include "gatehouse.isExternal" .)) (or (include "gatehouse.isProduction" .) .Values.database.existingSecret) -}}
{{- $problems = append $problems "encryptionKey.existingSecret: name a Secret with a key (openssl rand -base64 32), or set secrets.generate to true where helm itself installs" -}}
{{- end -}}
{{- if and .Values.encryptionKey.existingSecret .Values.stateSecret.existingSecret .Values.secrets.generate -}}
{{- $problems = append $problems "secrets.generate: encryptionKey.existingSecret and stateSecret.existingSecret are there, nothing is left to make; set it to false" -}}
{{- end -}}
{{- if and .Values.persistence.existingClaim (or .Values.database.existingSecret (not .Values.persistence.enabled)) -}}
{{- $problems = append $problems "persistence.existingClaim: it is not used with database.existingSecret or persistence.enabled false; leave it out" -}}
{{- end -}}
{{- if and .Values.resourceFiles.existingClaim .Values.resourceFiles.configMap -}}
{{- $problems = append $problems "resourceFiles: existingClaim and configMap are both set; leave one of them out" -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfReplicas" -}}
{{- $root := . -}}
{{- $problems := list -}}
{{- if not .Values.splitRoles -}}
{{- range $role, $own := .Values.roles -}}
{{- if $own -}}
{{- $problems = append $problems (printf "roles.%s: it is used with splitRoles only; set splitRoles to true, or leave it out" $role) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $component := include "gatehouse.components" . | fromYamlArray -}}
{{- $at := ternary "" (printf "roles.%s." $component.key) (eq $component.key "") -}}
{{- if and (gt (int $component.most) 1) $component.isAuthorizationServer (include "gatehouse.usesFile" $root) -}}
{{- $problems = append $problems (printf "database.existingSecret: %s is %d, and a file is of one process only; name a Secret with the URL of a PostgreSQL database, or set %s to 1" (ternary "autoscaling.maxReplicas" "replicas" $component.autoscaling.enabled | printf "%s%s" $at) (int $component.most) (ternary "autoscaling.maxReplicas" "replicas" $component.autoscaling.enabled | printf "%s%s" $at)) -}}
{{- end -}}
{{- if and (gt (int $component.most) 1) $component.isMcp (not $root.Values.stateSecret.existingSecret) (not $root.Values.secrets.generate) -}}
{{- $problems = append $problems "stateSecret.existingSecret: several replicas of the MCP server share one secret; name a Secret with it, or set secrets.generate to true where helm itself installs" -}}
{{- end -}}
{{- if and (gt (int $component.most) 1) $component.isMcp (eq $root.Values.mcpSessionRouting "none") (gt (get $root.Values.config "MCP_MAX_SESSIONS" | default 0 | int) 0) -}}
{{- $problems = append $problems "config.MCP_MAX_SESSIONS: a 2025-era session is known to one replica of the MCP server only; leave it out, or set mcpSessionRouting to external where every request is routed by Mcp-Session-Id" -}}
{{- end -}}
{{- if $component.autoscaling.enabled -}}
{{- if gt (int $component.autoscaling.minReplicas) (int $component.autoscaling.maxReplicas) -}}
{{- $problems = append $problems (printf "%sautoscaling.minReplicas: %d is more than maxReplicas (%d)" $at (int $component.autoscaling.minReplicas) (int $component.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if not (dig "requests" "cpu" "" $component.resources) -}}
{{- $problems = append $problems (printf "%sresources.requests.cpu: autoscaling counts in shares of it; set it" $at) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml (uniq $problems) -}}
{{- end -}}

{{- define "gatehouse.problemsOfShutdown" -}}
{{- $problems := list -}}
{{- $needed := add (int .Values.shutdown.preStopSeconds) (include "gatehouse.shutdownSeconds" . | int) -}}
{{- $grace := include "gatehouse.graceSeconds" . | int -}}
{{- $drain := get .Values.config "SHUTDOWN_DRAIN_SECONDS" | default 0 | int -}}
{{- if ge $drain (int (include "gatehouse.shutdownSeconds" .)) -}}
{{- $problems = append $problems (printf "config.SHUTDOWN_DRAIN_SECONDS: %d must be less than SHUTDOWN_TIMEOUT_SECONDS (%s), or nothing that runs is waited for" $drain (include "gatehouse.shutdownSeconds" .)) -}}
{{- end -}}
{{- if le $grace (int $needed) -}}
{{- $problems = append $problems (printf "shutdown.gracePeriodSeconds: %d must be more than shutdown.preStopSeconds + config.SHUTDOWN_TIMEOUT_SECONDS (%d), or running requests are killed; leave it out for %d" $grace (int $needed) (add $needed 10)) -}}
{{- end -}}
{{- $upstream := get .Values.config "UPSTREAM_TIMEOUT_SECONDS" | default 65 | int -}}
{{- $tool := get .Values.config "MCP_TOOL_TIMEOUT_SECONDS" | default 60 | int -}}
{{- if and .Values.splitRoles (le $upstream $tool) -}}
{{- $problems = append $problems (printf "config.UPSTREAM_TIMEOUT_SECONDS: %d must be more than MCP_TOOL_TIMEOUT_SECONDS (%d), or the proxy gives up before a tool does" $upstream $tool) -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfEnvironment" -}}
{{- $problems := list -}}
{{- $own := list "NODE_ENV" "GATEHOUSE_ROLES" "GATEHOUSE_REPLICAS" "PUBLIC_URL" "BIND_ADDRESS" "DATA_DIR" "AUTHORIZATION" "SIGN_IN_MODE" "AUTHORIZATION_SERVER_URL" "MCP_SERVER_URL" "GATEHOUSE_CONFIG_FILE" "RESOURCES_DIR" "DATABASE_URL" "GATEHOUSE_ENCRYPTION_KEY" "MCP_STATE_SECRET" "OTEL_EXPORTER_OTLP_HEADERS" "PROXY_PORT" "AUTHORIZATION_SERVER_PORT" "MCP_PORT" "MANAGEMENT_PORT" "ALLOWED_HOSTS" -}}
{{- $seen := keys .Values.config -}}
{{- range $list, $variables := dict "secretEnv" .Values.secretEnv "extraEnv" .Values.extraEnv -}}
{{- range $variables -}}
{{- if has .name $own -}}
{{- $problems = append $problems (printf "%s: %s is set by the chart; use the value that README.md names for it" $list .name) -}}
{{- else if has .name $seen -}}
{{- $problems = append $problems (printf "%s: %s is set twice; leave one of them out" $list .name) -}}
{{- end -}}
{{- $seen = append $seen .name -}}
{{- end -}}
{{- end -}}
{{- if and (hasKey .Values.config "TOKEN_ISSUER") (not (hasKey .Values.config "TOKEN_JWKS_URL")) -}}
{{- $problems = append $problems "config.TOKEN_JWKS_URL: config.TOKEN_ISSUER needs it, to say where the keys of that issuer are" -}}
{{- end -}}
{{- if and (get .Values.config "DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA") (include "gatehouse.isProduction" .) -}}
{{- $problems = append $problems "config.DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: it lets strangers make the server ask hosts of the private network; leave it out with signIn.mode openid" -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "gatehouse.problemsOfMonitoring" -}}
{{- $problems := list -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- $problems = append $problems "podMonitor.enabled: with serviceMonitor.enabled every pod would be scraped twice; set one of them to false" -}}
{{- end -}}
{{- if and (gt (int .Values.service.nodePort) 0) (eq .Values.service.type "ClusterIP") -}}
{{- $problems = append $problems "service.nodePort: a Service of type ClusterIP has none; set service.type to NodePort, or leave it out" -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}
