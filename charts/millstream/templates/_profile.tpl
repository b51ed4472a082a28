{{- /*
What the controller behind a Gateway or Ingress can do.
  dynamic      how the dynamic streams reach the edge. A regex outranks a prefix only on some, and its rank is
               nowhere promised; a prefix with the Accept header is Core everywhere. Without either, the REST
               services answer with a 307 to the alias.
  start, end   how a regex is anchored where the engine does not match whole paths
  rulePerPath  whether an Ingress says each path in a rule of its own: Contour, run for a Gateway without an HTTPS
               listener, stops after the first path of a rule
  timeouts     whether HTTPRoute.timeouts may be set (GKE refuses a route that has them); unset, Envoy would cut
               every stream after 15 s
*/ -}}
{{- define "millstream.profiles" -}}
generic: {dynamic: header}
envoy-gateway: {dynamic: regex+header, timeouts: true}
contour:
  dynamic: regex+header
  timeouts: true
  # Envoy keeps 1024 connections a backend unless told otherwise; a stream is one.
  edgeServiceAnnotations:
    projectcontour.io/max-connections: "65536"
    projectcontour.io/max-requests: "65536"
    projectcontour.io/max-pending-requests: "65536"
  ingressAnnotations: {projectcontour.io/response-timeout: infinity}
  rulePerPath: true
traefik: {dynamic: regex+header, start: "^", end: "$"}
nginx-gateway-fabric: {dynamic: regex, end: "$"}
kgateway: {dynamic: regex+header, timeouts: true}
cilium: {dynamic: regex+header, timeouts: true}
istio: {dynamic: header, timeouts: true}
haproxy: {dynamic: header}
aws: {dynamic: exactWildcard+header, start: "^", end: "$"}
gke: {dynamic: header}
{{- end -}}

{{- define "millstream.profile" -}}
{{- $defaults := dict "start" "" "end" "" "timeouts" false "rulePerPath" false "edgeServiceAnnotations" dict "ingressAnnotations" dict -}}
{{- $profile := index (include "millstream.profiles" . | fromYaml) .Values.routing.profile -}}
{{- $merged := mergeOverwrite $defaults $profile -}}
{{- if ne .Values.routing.dynamicStreams "auto" -}}
{{- $_ := set $merged "dynamic" .Values.routing.dynamicStreams -}}
{{- end -}}
{{- if eq .Values.routing.mode "ingress" -}}
{{- $_ := set $merged "dynamic" "redirect" -}}
{{- end -}}
{{- $merged | toYaml -}}
{{- end -}}
