{{- /* A component's values over `defaults`, as YAML: (dict "root" $ "key" "streamEdge"). */ -}}
{{- define "millstream.merged" -}}
{{- $own := index .root.Values .key | default dict -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) | toYaml -}}
{{- end -}}

{{- define "millstream.serviceAccount" -}}
{{- $values := include "millstream.merged" . | fromYaml -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "millstream.componentName" . }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
  {{- with $values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- /* A ClusterIP Service: (dict "root" $ "name" "jobs" "key" "jobs" "port" 80 "health" true). No route names the health port. */ -}}
{{- define "millstream.service" -}}
{{- $values := include "millstream.merged" . | fromYaml -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "millstream.componentName" . }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
  {{- with merge (deepCopy $values.serviceAnnotations) (.annotations | default dict) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  selector:
    {{- include "millstream.selectorLabels" . | nindent 4 }}
  ports:
    - {name: http, port: {{ .port | default 80 }}, targetPort: http, appProtocol: http}
    {{- if .health }}
    - {name: health, port: 9000, targetPort: health, appProtocol: http}
    {{- end }}
{{- end -}}

{{- /* Only where there is more than one pod: a budget on a single one would block every node drain. */ -}}
{{- define "millstream.podDisruptionBudget" -}}
{{- $values := include "millstream.merged" . | fromYaml -}}
{{- $scaled := dig "autoscaling" "enabled" false $values -}}
{{- if gt (int (ternary (dig "autoscaling" "minReplicas" 1 $values) $values.replicas $scaled)) 1 -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "millstream.componentName" . }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "millstream.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- /* Waits for the bundled broker and database, so that a first install does not pass through crash back-off. */ -}}
{{- define "millstream.waitFor" -}}
{{- if .addresses -}}
- name: wait
  image: {{ .image }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [python, -c]
  args:
    - |
      import socket, sys, time
      for address in sys.argv[1:]:
          host, port = address.rsplit(":", 1)
          while True:
              try:
                  socket.create_connection((host, int(port)), 2).close()
                  break
              except OSError as error:
                  print(f"waiting for {address}: {error}", flush=True)
                  time.sleep(1)
    {{- range .addresses }}
    - {{ . | quote }}
    {{- end }}
  securityContext:
    {{- include "millstream.containerSecurity" .root | nindent 4 }}
  resources:
    requests: {cpu: 10m, memory: 32Mi}
    limits: {memory: 64Mi}
{{- end -}}
{{- end -}}

{{- /*
One Deployment for every component.
  root, name, key    whose it is
  image, command     what runs (command: a list)
  env                YAML list of its environment
  mounts, volumes    YAML lists, beside /tmp
  ports              YAML list; health: whether /livez and /readyz answer on 9000
  checksums          map of annotations that roll the pods
  waitFor            addresses to wait for
*/ -}}
{{- define "millstream.deployment" -}}
{{- $values := include "millstream.merged" . | fromYaml -}}
{{- $image := include "millstream.image" (dict "root" .root "image" $values.image "own" true) -}}
{{- $replicas := .replicas | default $values.replicas -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "millstream.componentName" . }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
spec:
  {{- if not (dig "autoscaling" "enabled" false $values) }}
  replicas: {{ $replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  minReadySeconds: {{ $values.minReadySeconds }}
  progressDeadlineSeconds: {{ add 600 $values.shutdown.terminationGracePeriodSeconds }}
  strategy:
    type: {{ .strategy | default "RollingUpdate" }}
    {{- if ne .strategy "Recreate" }}
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  selector:
    matchLabels:
      {{- include "millstream.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- mergeOverwrite (deepCopy $values.podLabels) (include "millstream.labels" . | fromYaml) | toYaml | nindent 8 }}
      {{- with merge (deepCopy (.checksums | default dict)) $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "millstream.podBase" (dict "root" .root "account" (include "millstream.componentName" (dict "root" .root "name" (.account | default .name)))) | nindent 6 }}
      terminationGracePeriodSeconds: {{ $values.shutdown.terminationGracePeriodSeconds }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- if $values.topologySpreadConstraints }}
        {{- toYaml $values.topologySpreadConstraints | nindent 8 }}
        {{- else }}
        {{- $selector := include "millstream.selectorLabels" . }}
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          matchLabelKeys: [pod-template-hash]
          labelSelector:
            matchLabels:
              {{- $selector | nindent 14 }}
        {{- end }}
        {{- end }}
      {{- with include "millstream.waitFor" (dict "root" .root "image" $image "addresses" .waitFor) }}
      initContainers:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ $image }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          {{- if not (and .root.Values.dev.enabled .devCommand) }}
          {{- with .command }}
          command: {{ toJson . }}
          {{- end }}
          {{- else }}
          command: {{ toJson .devCommand }}
          {{- end }}
          securityContext:
            {{- include "millstream.containerSecurity" .root | nindent 12 }}
          {{- with printf "%s\n%s" (.env | default "") (include "millstream.env.extra" $values) | trim }}
          env:
            {{- . | nindent 12 }}
          {{- end }}
          {{- with $values.envFrom }}
          envFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .ports }}
          ports:
            {{- . | nindent 12 }}
          {{- end }}
          {{- if .health }}
          startupProbe:
            httpGet: {path: /livez, port: health}
            periodSeconds: 2
            failureThreshold: 90
          livenessProbe:
            httpGet: {path: /livez, port: health}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: {path: /readyz, port: health}
            periodSeconds: 3
            timeoutSeconds: 5
            failureThreshold: 3
          {{- else if .ports }}
          readinessProbe:
            tcpSocket: {port: http}
            periodSeconds: 3
          {{- end }}
          lifecycle:
            preStop:
              sleep: {seconds: {{ $values.shutdown.settleSeconds }}}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            {{- with .mounts }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: {}
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "millstream.apiToken" -}}
- name: api-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3600}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end -}}

{{- /*
One of our Python services: (dict "root" $ "name" "jobs" "key" "jobs" "module" "millstream_jobs" "prefix" "MILLSTREAM_JOBS" "database" true).
It listens on 8000, and for health and metrics on 9000, which no route ever names.
*/ -}}
{{- define "millstream.pythonService" -}}
{{- $root := .root -}}
{{- $values := include "millstream.merged" . | fromYaml -}}
{{- $waitFor := list -}}
{{- if $root.Values.kafka.enabled }}{{ $waitFor = append $waitFor (include "millstream.kafkaServers" $root) }}{{ end -}}
{{- if and .database $root.Values.postgresql.enabled -}}
{{- $waitFor = append $waitFor (printf "%s:5432" (include "millstream.componentName" (dict "root" $root "name" "postgresql"))) -}}
{{- end -}}
{{- $env := list -}}
{{- $own := dict "HOST" "0.0.0.0" "PORT" "8000" "HEALTH_PORT" "9000" -}}
{{- range $name, $value := $own -}}
{{- $env = append $env (printf "- name: %s_%s\n  value: %q" $.prefix $name $value) -}}
{{- end -}}
{{- $shared := dict "MILLSTREAM_DATA_DIR" "/data" "MILLSTREAM_LOG_LEVEL" $root.Values.log.level "MILLSTREAM_LOG_FORMAT" $root.Values.log.format "MILLSTREAM_DRAIN_S" (toString $values.shutdown.drainSeconds) -}}
{{- range $name, $value := $shared -}}
{{- $env = append $env (printf "- name: %s\n  value: %q" $name $value) -}}
{{- end -}}
{{- with $root.Values.routing.trustedProxies -}}
{{- $env = append $env (printf "- name: MILLSTREAM_TRUSTED_PROXIES\n  value: %q" (join "," .)) -}}
{{- end -}}
{{- $env = concat $env (list (include "millstream.env.kafka" $root) (include "millstream.env.auth" $root)) -}}
{{- if .database }}{{ $env = append $env (include "millstream.env.database" $root) }}{{ end -}}
{{- $env = append $env (include "millstream.env.otel" (dict "root" $root "name" .name)) -}}
{{- with .env }}{{ $env = append $env . }}{{ end -}}
{{- $mounts := "- {name: auth, mountPath: /etc/millstream/auth, readOnly: true}\n- {name: data, mountPath: /data}" -}}
{{- $volumes := printf "- name: auth\n  secret:\n    secretName: %s\n    items: [{key: keys.yaml, path: keys.yaml}]\n%s" (include "millstream.authSecret" $root) (.dataVolume | default "- name: data\n  emptyDir: {}") -}}
{{- $mounts = printf "%s%s" $mounts (include "millstream.mounts.kafka" $root) -}}
{{- $volumes = printf "%s%s" $volumes (include "millstream.volumes.kafka" $root) -}}
{{- if .apiToken -}}
{{- /* As the kubelet would mount it, but short-lived and only here. */ -}}
{{- $mounts = printf "%s\n- {name: api-token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}" $mounts -}}
{{- $volumes = printf "%s\n%s" $volumes (include "millstream.apiToken" $root) -}}
{{- end -}}
{{- $ports := "- {name: http, containerPort: 8000}\n- {name: health, containerPort: 9000}" -}}
{{- include "millstream.deployment" (dict "root" $root "name" .name "key" .key "command" (list "python" "-m" .module) "devCommand" (list "watchfiles" "--filter" "python" (printf "python -m %s" .module) "/app") "env" (join "\n" $env) "mounts" $mounts "volumes" $volumes "ports" $ports "health" true "waitFor" $waitFor "strategy" .strategy) -}}
{{- end -}}
