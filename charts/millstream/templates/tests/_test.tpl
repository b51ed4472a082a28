{{- /* A pod of `helm test`: (dict "root" $ "name" "ready" "arguments" <list> "env" <YAML list>). It stays for its log and is replaced by the next run. */ -}}
{{- define "millstream.testPod" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "millstream.componentName" (dict "root" .root "name" (printf "test-%s" .name)) }}
  labels:
    {{- include "millstream.labels" (dict "root" .root "name" "test") | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  {{- include "millstream.podBase" (dict "root" .root "account" (include "millstream.componentName" (dict "root" .root "name" "web"))) | nindent 2 }}
  restartPolicy: Never
  activeDeadlineSeconds: 180
  containers:
    - name: test
      image: {{ include "millstream.image" (dict "root" .root "image" .root.Values.jobs.image "own" true) }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command: [python, /probe/probe.py]
      args: {{ toJson .arguments }}
      securityContext:
        {{- include "millstream.containerSecurity" .root | nindent 8 }}
      {{- with .env }}
      env:
        {{- . | nindent 8 }}
      {{- end }}
      resources:
        requests: {cpu: 20m, memory: 32Mi}
        limits: {memory: 128Mi}
      volumeMounts:
        - {name: probe, mountPath: /probe, readOnly: true}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: probe
      configMap: {name: {{ include "millstream.componentName" (dict "root" .root "name" "probe") }}}
    - name: tmp
      emptyDir: {}
{{- end -}}
