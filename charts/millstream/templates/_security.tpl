{{- /* The restricted pod security standard, for every pod of the chart. */ -}}
{{- define "millstream.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "millstream.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: {{ not .Values.dev.enabled }}
capabilities: {drop: [ALL]}
{{- end -}}

{{- /* What every pod of ours starts with: (dict "root" $ "account" name "user" 10001). */ -}}
{{- define "millstream.podBase" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: {{ .token | default false }}
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "millstream.podSecurity" (.user | default 10001 | int) | nindent 2 }}
{{- end -}}
