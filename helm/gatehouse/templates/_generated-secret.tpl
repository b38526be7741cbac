{{/*
True where the cluster can be asked. Without one `lookup` always finds nothing; with one even an empty list has a kind. Helm keeps its
releases in Secrets of this namespace, so whoever installs may list them.
*/}}
{{- define "gatehouse.isConnected" -}}
{{- if hasKey (lookup "v1" "Secret" .Release.Namespace "" | default dict) "kind" -}}true{{- end -}}
{{- end -}}

{{- define "gatehouse.refuseGeneration" -}}
{{- $name := include "gatehouse.generatedSecretName" . -}}
{{- if not (include "gatehouse.isConnected" .) -}}
{{- fail (printf "secrets.generate: there is no cluster to look up the Secret %s in, and keys that change with every rendering would lock everybody out. Use `helm install` or `--dry-run=server`; with Argo CD, Flux or `helm template` set secrets.generate to false, and encryptionKey.existingSecret (and stateSecret.existingSecret with several MCP replicas)" $name) -}}
{{- else if and .Release.IsUpgrade (not (lookup "v1" "Secret" .Release.Namespace $name)) -}}
{{- fail (printf "secrets.generate: the Secret %s is not there, and an upgrade makes no new key, because what the old one sealed could not be read again. Restore it; if there never was one, make it: kubectl -n %s create secret generic %s --from-literal=GATEHOUSE_ENCRYPTION_KEY=$(openssl rand -base64 32) --from-literal=MCP_STATE_SECRET=$(openssl rand -base64 32)" $name .Release.Namespace $name) -}}
{{- end -}}
{{- end -}}
