{{- /* One HTTPRoute: (dict "root" $ "name" "streams" "rules" <YAML list>). Policies attach to route objects, so streams are one of their own. */ -}}
{{- define "millstream.httpRoute" -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "millstream.componentName" . }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
  {{- with .root.Values.routing.gateway.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- toYaml .root.Values.routing.gateway.parentRefs | nindent 4 }}
  {{- with .root.Values.routing.hosts }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- .rules | nindent 4 }}
{{- end -}}

{{- /* One rule: (dict "root" $ "service" "jobs" "port" 80 "matches" <list> "endless" bool). A rule never has a method: it would outrank the Accept header. */ -}}
{{- define "millstream.httpRule" -}}
- matches:
    {{- toYaml .matches | nindent 4 }}
  backendRefs:
    - {name: {{ include "millstream.componentName" (dict "root" .root "name" .service) }}, port: {{ .port | default 80 }}}
  {{- if .endless }}
  timeouts: {request: 0s}
  {{- end }}
{{- end -}}
