{{/* The pod of one Deployment. Takes { root, component }. */}}
{{- define "gatehouse.podSpec" -}}
{{- $values := .root.Values -}}
serviceAccountName: {{ include "gatehouse.serviceAccountName" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- if not (kindIs "invalid" $values.hostUsers) }}
hostUsers: {{ $values.hostUsers }}
{{- end }}
terminationGracePeriodSeconds: {{ include "gatehouse.graceSeconds" .root }}
securityContext:
  {{- toYaml $values.podSecurityContext | nindent 2 }}
{{- with $values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: gatehouse
    image: {{ include "gatehouse.image" .root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    securityContext:
      {{- toYaml $values.securityContext | nindent 6 }}
    env:
      {{- include "gatehouse.env" . | trim | nindent 6 }}
    {{- with $values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      {{- if .component.isPublic }}
      - { name: http, containerPort: 3002, protocol: TCP }
      {{- end }}
      {{- if .component.isAuthorizationServer }}
      - { name: auth, containerPort: 3003, protocol: TCP }
      {{- end }}
      {{- if .component.isMcp }}
      - { name: mcp, containerPort: 3004, protocol: TCP }
      {{- end }}
      - { name: management, containerPort: 9464, protocol: TCP }
    startupProbe:
      httpGet: { path: /health/startup, port: management }
      periodSeconds: {{ $values.probes.startup.periodSeconds }}
      failureThreshold: {{ $values.probes.startup.failureThreshold }}
      timeoutSeconds: 3
    livenessProbe:
      httpGet: { path: /health/live, port: management }
      periodSeconds: {{ $values.probes.liveness.periodSeconds }}
      failureThreshold: {{ $values.probes.liveness.failureThreshold }}
      timeoutSeconds: 3
    readinessProbe:
      httpGet: { path: /health/ready, port: management }
      periodSeconds: {{ $values.probes.readiness.periodSeconds }}
      failureThreshold: {{ $values.probes.readiness.failureThreshold }}
      timeoutSeconds: 3
    lifecycle:
      preStop:
        sleep:
          seconds: {{ $values.shutdown.preStopSeconds }}
    resources:
      {{- toYaml .component.resources | nindent 6 }}
    volumeMounts:
      - { name: data, mountPath: /data }
      - { name: tmp, mountPath: /tmp }
      {{- if include "gatehouse.readsConfigFile" . }}
      - { name: config, mountPath: /etc/gatehouse, readOnly: true }
      {{- end }}
      {{- if include "gatehouse.hasResourceFiles" .root }}
      - { name: resources, mountPath: /resources, readOnly: true }
      {{- end }}
      {{- if $values.caBundle.configMap }}
      - { name: ca, mountPath: /etc/gatehouse-ca, readOnly: true }
      {{- end }}
      {{- with $values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with $values.sidecars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "gatehouse.volumes" . | trim | nindent 2 }}
{{- include "gatehouse.placement" . }}
{{- end -}}

{{- define "gatehouse.volumes" -}}
{{- $values := .root.Values -}}
{{- if and .component.isAuthorizationServer (include "gatehouse.usesFile" .root) $values.persistence.enabled }}
- name: data
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-data" (include "gatehouse.fullname" .root)) $values.persistence.existingClaim }}
{{- else }}
- name: data
  emptyDir: { sizeLimit: 256Mi }
{{- end }}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- if include "gatehouse.readsConfigFile" . }}
- name: config
  configMap:
    name: {{ default (include "gatehouse.fullname" .root) $values.existingConfigFile.configMap }}
{{- end }}
{{- with $values.resourceFiles.existingClaim }}
- name: resources
  persistentVolumeClaim: { claimName: {{ . }}, readOnly: true }
{{- end }}
{{- with $values.resourceFiles.configMap }}
- name: resources
  configMap: { name: {{ . }} }
{{- end }}
{{- with $values.caBundle.configMap }}
- name: ca
  configMap: { name: {{ . }} }
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where the pods run. Begins with a line break, or is empty. */}}
{{- define "gatehouse.placement" -}}
{{- $values := .root.Values -}}
{{- if $values.topologySpread }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $values.topologySpread }}
    labelSelector:
      matchLabels:
        {{- include "gatehouse.componentLabels" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- range $key := list "nodeSelector" "tolerations" "affinity" }}
{{- with get $.component $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- range $key := list "dnsConfig" "hostAliases" }}
{{- with get $values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- range $key := list "priorityClassName" "runtimeClassName" }}
{{- with get $values $key }}
{{ $key }}: {{ . }}
{{- end }}
{{- end }}
{{- end -}}
