{{- /* Values that cannot work together, all in one message. */ -}}
{{- define "millstream.validate" -}}
{{- $faults := list -}}
{{- if .Values.production -}}
{{- range $what := list "kafka" "postgresql" "demo" -}}
{{- if (index $.Values $what).enabled -}}
{{- $faults = append $faults (printf "production: true refuses %s.enabled: it is for trials" $what) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.kafka.enabled .Values.kafka.bootstrapServers) -}}
{{- $faults = append $faults "kafka.enabled: false needs kafka.bootstrapServers" -}}
{{- end -}}
{{- with .Values.kafka.security -}}
{{- if and $.Values.kafka.enabled (ne .protocol "PLAINTEXT") -}}
{{- $faults = append $faults "kafka.security is for your brokers: the bundled one (kafka.enabled: true) speaks PLAINTEXT" -}}
{{- end -}}
{{- $asks := hasPrefix "SASL" .protocol -}}
{{- if or (ne $asks (ne .mechanism "")) (ne $asks (ne .userSecret "")) -}}
{{- $faults = append $faults "kafka.security.protocol SASL_… needs mechanism and userSecret, and they need it" -}}
{{- end -}}
{{- if and (or .caSecret .certificateSecret) (not (hasSuffix "SSL" .protocol)) -}}
{{- $faults = append $faults "kafka.security.caSecret and certificateSecret need protocol SSL or SASL_SSL" -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.postgresql.enabled .Values.database.existingSecret) -}}
{{- $faults = append $faults "postgresql.enabled: false needs database.existingSecret" -}}
{{- end -}}
{{- if and (eq .Values.routing.mode "gateway") (not .Values.routing.gateway.parentRefs) -}}
{{- $faults = append $faults "routing.mode: gateway needs routing.gateway.parentRefs" -}}
{{- end -}}
{{- if and .Values.streamEdge.maxConnectionsPerAddress (not .Values.routing.trustedProxies) -}}
{{- $faults = append $faults "streamEdge.maxConnectionsPerAddress needs routing.trustedProxies: without it every client has the proxy's address" -}}
{{- end -}}
{{- with .Values.auth.jwt -}}
{{- if and .jwksUrl (not (and .issuer .audience)) -}}
{{- $faults = append $faults "auth.jwt.jwksUrl needs auth.jwt.issuer and auth.jwt.audience" -}}
{{- end -}}
{{- end -}}
{{- range $key := list "jobs" "apis" "workers" "streamEdge" "web" "demo" -}}
{{- $values := include "millstream.merged" (dict "root" $ "key" $key) | fromYaml -}}
{{- $least := add $values.shutdown.settleSeconds $values.shutdown.drainSeconds 5 -}}
{{- if lt (int $values.shutdown.terminationGracePeriodSeconds) (int $least) -}}
{{- $faults = append $faults (printf "%s.shutdown.terminationGracePeriodSeconds must be at least settleSeconds + drainSeconds + 5 = %d" $key $least) -}}
{{- end -}}
{{- end -}}
{{- $jobs := include "millstream.merged" (dict "root" . "key" "jobs") | fromYaml -}}
{{- if and (gt (int $jobs.replicas) 1) (not $jobs.artifacts.url) -}}
{{- $faults = append $faults "jobs.replicas above 1 needs jobs.artifacts.url: a pod's folder is not shared" -}}
{{- end -}}
{{- if and .Values.streamEdge.autoscaling.enabled (lt (int .Values.streamEdge.autoscaling.maxReplicas) (int .Values.streamEdge.autoscaling.minReplicas)) -}}
{{- $faults = append $faults "streamEdge.autoscaling.maxReplicas is below minReplicas" -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\nMillstream cannot be installed like this:\n  - %s\n" (join "\n  - " $faults)) -}}
{{- end -}}
{{- end -}}
