{{- /*
The bundled broker and database: one pod each, as restricted as ours, for trials.
  root, name, values   its name and its block of the values
  port                 the one port it serves
  env, mounts, volumes YAML lists; data: where its data is mounted
*/ -}}
{{- define "millstream.stateful" -}}
{{- $name := include "millstream.componentName" . -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "millstream.selectorLabels" . | nindent 4 }}
  ports:
    - {name: {{ .name }}, port: {{ .port }}, targetPort: main, appProtocol: tcp}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels:
    {{- include "millstream.labels" . | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ $name }}
  selector:
    matchLabels:
      {{- include "millstream.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      # Not the versions: a new one of the chart would end the pod, and by default its data with it.
      labels:
        {{- include "millstream.selectorLabels" . | nindent 8 }}
    spec:
      {{- include "millstream.podBase" (dict "root" .root "account" $name "user" .values.runAsUser) | nindent 6 }}
      terminationGracePeriodSeconds: 60
      containers:
        - name: {{ .name }}
          image: {{ include "millstream.image" (dict "root" .root "image" .values.image "own" false) }}
          imagePullPolicy: IfNotPresent
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          env:
            {{- .env | nindent 12 }}
          ports:
            - {name: main, containerPort: {{ .port }}}
          startupProbe:
            tcpSocket: {port: main}
            periodSeconds: 1
            failureThreshold: 180
          livenessProbe:
            tcpSocket: {port: main}
            periodSeconds: 20
            failureThreshold: 6
          readinessProbe:
            tcpSocket: {port: main}
            periodSeconds: 5
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            - {name: data, mountPath: {{ .data }}}
            {{- .mounts | nindent 12 }}
      volumes:
        - name: tmp
          emptyDir: {}
        {{- .volumes | nindent 8 }}
        {{- if not .values.persistence.enabled }}
        - name: data
          emptyDir: {}
        {{- end }}
  {{- with .values.persistence }}
  {{- if .enabled }}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: {storage: {{ .size }}}
  {{- end }}
  {{- end }}
{{- end -}}
