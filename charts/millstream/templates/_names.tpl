{{- define "millstream.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The name of a component's objects: (dict "root" $ "name" "jobs"). */ -}}
{{- define "millstream.componentName" -}}
{{- printf "%s-%s" (include "millstream.fullname" .root) .name -}}
{{- end -}}

{{- /* What a Deployment selects by: never changes. */ -}}
{{- define "millstream.selectorLabels" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "millstream.labels" -}}
{{ include "millstream.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: millstream
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- /* Where workers run: the release's namespace and those named beside it. */ -}}
{{- define "millstream.podNamespaces" -}}
{{- prepend .Values.workers.pods.namespaces .Release.Namespace | uniq | join "," -}}
{{- end -}}

{{- define "millstream.authSecret" -}}
{{- .Values.auth.existingSecret | default (printf "%s-auth" (include "millstream.fullname" .)) -}}
{{- end -}}

{{- define "millstream.databaseSecret" -}}
{{- .Values.postgresql.existingSecret | default (printf "%s-postgresql" (include "millstream.fullname" .)) -}}
{{- end -}}

{{- /* An image reference: (dict "root" $ "image" .Values.jobs.image "own" true). */ -}}
{{- define "millstream.image" -}}
{{- $repository := .image.repository -}}
{{- if and .own .root.Values.image.registry -}}
{{- $repository = printf "%s/%s" .root.Values.image.registry $repository -}}
{{- end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (.image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- /* Where clients inside the cluster find Millstream. */ -}}
{{- define "millstream.internalUrl" -}}
{{- $port := .Values.web.servicePort | int -}}
http://{{ include "millstream.componentName" (dict "root" . "name" "web") }}{{ if ne $port 80 }}:{{ $port }}{{ end }}
{{- end -}}
