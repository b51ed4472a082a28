{{- /*
nginx of the web pod: the dashboard's files, and the way in that routes by the inventory's table.
`location =` outranks a regex, a regex outranks a prefix, and the longest prefix wins: static streams, dynamic streams, services.
*/ -}}
{{- define "millstream.nginx" -}}
{{- $routes := .Files.Get "files/routes.yaml" | fromYaml -}}
{{- $edge := include "millstream.componentName" (dict "root" . "name" "stream-edge") -}}
worker_processes auto;
pid /tmp/nginx.pid;
error_log stderr error;
worker_shutdown_timeout {{ (include "millstream.merged" (dict "root" . "key" "web") | fromYaml).shutdown.drainSeconds }}s;

events {
  worker_connections {{ .Values.web.workerConnections | int }};
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  gzip on;
  gzip_vary on;
  gzip_min_length 1024;
  gzip_types text/css application/javascript text/javascript application/json image/svg+xml;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  client_max_body_size {{ .Values.web.maxBodySize }};

  # What a proxy in front said about the client's connection is kept.
  map $http_x_forwarded_proto $forwarded_proto {
    default $http_x_forwarded_proto;
    "" $scheme;
  }

  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $forwarded_proto;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_redirect off;
  proxy_connect_timeout 5s;
  proxy_read_timeout 75s;

  server {
    listen 9000;
    location = /livez { return 200 "ok\n"; }
    location = /readyz { return 200 "ok\n"; }
    location / { return 404; }
  }

  server {
    listen 8080;
    root /usr/share/millstream;
    index index.html;
    merge_slashes off;
    absolute_redirect off;
    server_name_in_redirect off;

    # The six static streams.
    {{- range $routes.staticStreams }}
    location = {{ . }} {
      {{- include "millstream.nginx.stream" $edge | nindent 6 }}
    }
    {{- end }}

    # The dynamic streams.
    {{- range $routes.dynamicStreams }}
    location ~ ^{{ .regex }}$ {
      {{- include "millstream.nginx.stream" $edge | nindent 6 }}
    }
    {{- end }}

    # The services, by path element.
    {{- range $service, $prefixes := $routes.prefixes }}
    {{- $upstream := include "millstream.componentName" (dict "root" $ "name" $service) }}
    {{- range $prefixes }}
    {{- $body := ternary "millstream.nginx.stream" "millstream.nginx.rest" (has . (list $routes.combined $routes.aliasPrefix)) }}
    location = {{ . }} {
      {{- include $body $upstream | nindent 6 }}
    }
    location {{ . }}/ {
      {{- include $body $upstream | nindent 6 }}
    }
    {{- end }}
    {{- end }}

    # Nothing else lives under /api.
    location = /api { error_page 404 @unknown_path; return 404; }
    location /api/ { error_page 404 @unknown_path; return 404; }

    # The dashboard: names that carry a hash never change, the page is always asked for anew.
    location /assets/ {
      add_header X-Served-By web always;
      add_header X-Content-Type-Options nosniff always;
      add_header Cache-Control "public, max-age=31536000, immutable";
      try_files $uri =404;
    }
    location /.vite/ { return 404; }
    # What the dashboard is told about its surroundings.
    location = /settings.json {
      add_header X-Served-By web always;
      add_header Cache-Control no-cache always;
      add_header X-Content-Type-Options nosniff always;
      alias /etc/nginx/settings.json;
    }
    location / {
      add_header X-Served-By web always;
      add_header Cache-Control no-cache always;
      add_header X-Content-Type-Options nosniff always;
      add_header X-Frame-Options DENY always;
      add_header Referrer-Policy same-origin always;
      add_header Content-Security-Policy "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; media-src blob:; frame-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" always;
      try_files $uri /index.html;
    }

    location @unknown_path {
      internal;
      default_type application/problem+json;
      add_header X-Served-By web always;
      return 404 '{"type":"about:blank","title":"Not Found","status":404,"detail":"There is no such API path.","code":"not_found"}';
    }
    location @service_away {
      internal;
      default_type application/problem+json;
      add_header Retry-After 2 always;
      return 503 '{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The service behind this path does not answer.","code":"service_unavailable"}';
    }
    # Any status but 200 would close an EventSource for good.
    location @edge_away {
      internal;
      default_type "text/event-stream; charset=utf-8";
      add_header Cache-Control "no-store, no-transform" always;
      return 200 'retry: 3000\nevent: stream.unavailable\ndata: {"type":"stream.unavailable","after_ms":3000,"reason":"edge_unreachable"}\n\n';
    }
  }
}
{{- end -}}

{{- /* The same document local mode serves: millstream_local/settings.py. */ -}}
{{- define "millstream.webSettings" -}}
{{- with .Values.web -}}
{{- dict "trace_url" (.traceUrl | default nil) "source_url" (.sourceUrl | default nil) "source_root" .sourceRoot | toJson -}}
{{- end -}}
{{- end -}}

{{- define "millstream.nginx.rest" -}}
proxy_pass http://{{ . }};
add_header Via "1.1 millstream-web" always;
error_page 502 504 @service_away;
{{- end -}}

{{- /* Nothing may hold a frame back, and silence is normal between heartbeats. */ -}}
{{- define "millstream.nginx.stream" -}}
proxy_pass http://{{ . }};
proxy_buffering off;
proxy_cache off;
gzip off;
proxy_read_timeout 1h;
proxy_send_timeout 1h;
add_header Via "1.1 millstream-web" always;
error_page 502 504 =200 @edge_away;
{{- end -}}
