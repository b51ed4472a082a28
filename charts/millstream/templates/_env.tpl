{{- /* Environment of the pieces, each a YAML list. */ -}}

{{- define "millstream.env.kafka" -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ include "millstream.kafkaServers" . | quote }}
- name: KAFKA_REPLICATION_FACTOR
  value: {{ ternary 1 .Values.kafka.replicationFactor .Values.kafka.enabled | quote }}
{{- with .Values.kafka.security }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ .protocol }}
{{- if .caSecret }}
- name: KAFKA_SSL_CA_FILE
  value: /etc/millstream/kafka-ca/ca.crt
{{- end }}
{{- if .certificateSecret }}
- name: KAFKA_SSL_CERT_FILE
  value: /etc/millstream/kafka-certificate/tls.crt
- name: KAFKA_SSL_KEY_FILE
  value: /etc/millstream/kafka-certificate/tls.key
{{- end }}
{{- if .mechanism }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism }}
- name: KAFKA_SASL_USERNAME
  valueFrom:
    secretKeyRef: {name: {{ .userSecret }}, key: username}
- name: KAFKA_SASL_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ .userSecret }}, key: password}
{{- end }}
{{- end }}
{{- end -}}

{{- /* What those files are mounted from, each a YAML list. */ -}}
{{- define "millstream.mounts.kafka" -}}
{{- with .Values.kafka.security -}}
{{- if .caSecret }}
- {name: kafka-ca, mountPath: /etc/millstream/kafka-ca, readOnly: true}
{{- end }}
{{- if .certificateSecret }}
- {name: kafka-certificate, mountPath: /etc/millstream/kafka-certificate, readOnly: true}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "millstream.volumes.kafka" -}}
{{- with .Values.kafka.security -}}
{{- if .caSecret }}
- name: kafka-ca
  secret: {secretName: {{ .caSecret }}, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- if .certificateSecret }}
- name: kafka-certificate
  secret: {secretName: {{ .certificateSecret }}}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "millstream.kafkaServers" -}}
{{- if .Values.kafka.enabled -}}
{{ include "millstream.componentName" (dict "root" . "name" "kafka") }}:9092
{{- else -}}
{{ .Values.kafka.bootstrapServers }}
{{- end -}}
{{- end -}}

{{- define "millstream.env.database" -}}
{{- if .Values.postgresql.enabled -}}
- name: DATABASE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ include "millstream.databaseSecret" . }}, key: password}
- name: DATABASE_URL
  value: postgresql://millstream:$(DATABASE_PASSWORD)@{{ include "millstream.componentName" (dict "root" . "name" "postgresql") }}:5432/millstream
{{- else -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.database.existingSecret }}, key: {{ .Values.database.existingSecretKey }}}
{{- end -}}
{{- end -}}

{{- define "millstream.env.auth" -}}
- name: MILLSTREAM_AUTH_KEYS_FILE
  value: /etc/millstream/auth/keys.yaml
{{- with .Values.auth.jwt }}
{{- if .jwksUrl }}
- name: MILLSTREAM_AUTH_JWKS_URL
  value: {{ .jwksUrl | quote }}
- name: MILLSTREAM_AUTH_ISSUER
  value: {{ .issuer | quote }}
- name: MILLSTREAM_AUTH_AUDIENCE
  value: {{ .audience | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Traces by OpenTelemetry's own variables: (dict "root" $ "name" "jobs"). The pod's facts come first, as others refer to them. */ -}}
{{- define "millstream.env.otel" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
{{- $otel := .root.Values.otel }}
{{- if $otel.endpoint }}
- name: OTEL_SERVICE_NAME
  value: {{ .name }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.namespace=millstream,service.version={{ .root.Chart.AppVersion }},service.instance.id=$(POD_UID),k8s.pod.name=$(POD_NAME),k8s.pod.uid=$(POD_UID),k8s.namespace.name=$(POD_NAMESPACE),k8s.node.name=$(NODE_NAME)
    {{- range $key, $value := $otel.resourceAttributes }},{{ $key }}={{ $value }}{{ end }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $otel.endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: http/protobuf
- name: OTEL_TRACES_EXPORTER
  value: otlp
- name: OTEL_PROPAGATORS
  value: tracecontext,baggage
- name: OTEL_TRACES_SAMPLER
  value: {{ $otel.sampler }}
{{- with $otel.samplerArg }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ . | quote }}
{{- end }}
{{- with $otel.headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: headers}
{{- end }}
{{- else }}
- name: OTEL_SDK_DISABLED
  value: "true"
{{- end }}
{{- end -}}

{{- /* How an SDK process finds Millstream and who it is. */ -}}
{{- define "millstream.env.client" -}}
- name: MILLSTREAM_URL
  value: {{ .Values.demo.url | default (include "millstream.internalUrl" .) | quote }}
- name: MILLSTREAM_API_KEY
  valueFrom:
    secretKeyRef: {name: {{ include "millstream.authSecret" . }}, key: service-key}
{{- end -}}

{{- /* A component's own additions: merged values. */ -}}
{{- define "millstream.env.extra" -}}
{{- range $name, $value := .env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}
