// Generated from docs/reference/openapi.json by `npm run generate`. Do not edit.

/**
 * How much worse than usual.
 */
export type Level = 'warn' | 'bad'
export type Status = 'pending' | 'queued' | 'active' | 'retrying' | 'complete' | 'failed' | 'cancelled'
/**
 * What is done to each job.
 */
export type BulkKind = 'cancel' | 'retry'
/**
 * A draft has its jobs, and nothing was done to them.
 */
export type BulkState = 'draft' | 'running' | 'stopped' | 'done'
/**
 * What a worker is doing, as operators see it.
 */
export type State = 'starting' | 'active' | 'draining' | 'lost'
/**
 * What an operator may ask of a worker: to take no more jobs for a while, or to end what it runs and leave.
 */
export type Asked = 'pause' | 'drain'

/**
 * What the API is asked and answers.
 */
export interface Rest {
  get: {
    '/apis': {
      answer: ApiList
    }
    '/apis/activity': {
      answer: ActivityList
    }
    '/apis/activity/figures': {
      query: {
        after?: string | null
        before?: string | null
      }
      answer: ApiFiguresList
    }
    '/apis/activity/unusual': {
      query: {
        after?: string | null
        before?: string | null
      }
      answer: UnusualApis
    }
    '/apis/deploys': {
      query: {
        name?: string | null
        after?: string | null
        before?: string | null
        limit?: number
      }
      answer: DeployList
    }
    '/apis/events': {
      query: {
        limit?: number
        cursor?: string | null
        id?: string | null
        trace_id?: string | null
        api_name?: string | null
        method?: string | null
        path?: string | null
        /**
         * One, as `404`, or a class, as `4xx`.
         */
        status?: string | null
        instance_id?: string | null
        min_latency_ms?: number | null
        below_latency_ms?: number | null
        /**
         * An answer whose size nobody said is left out.
         */
        min_response_bytes?: number | null
        consumer?: string | null
        after?: string | null
        before?: string | null
      }
      answer: EventList
    }
    '/apis/latencies': {
      query: {
        api_name?: string | null
        /**
         * With `path`, of one endpoint alone; both as `/apis/{name}` says them.
         */
        method?: string | null
        path?: string | null
        after?: string | null
        before?: string | null
      }
      answer: Latencies
    }
    '/apis/latencies/heat': {
      query: {
        api_name?: string | null
        /**
         * With `path`, of one endpoint alone; both as `/apis/{name}` says them.
         */
        method?: string | null
        path?: string | null
        after?: string | null
        before?: string | null
      }
      answer: LatencyHeat
    }
    '/apis/series': {
      query: {
        after?: string | null
        before?: string | null
        step?: '10s' | '1m' | '5m' | '1h'
        api_name?: string | null
      }
      answer: Series
    }
    '/apis/trends': {
      query: {
        hours?: number
        api_name?: string | null
      }
      answer: Trends
    }
    '/apis/{name}': {
      path: {
        name: string
      }
      answer: ApiDetail
    }
    '/apis/{name}/activity': {
      path: {
        name: string
      }
      answer: EndpointHoursList
    }
    '/apis/{name}/captures/{request_id}': {
      path: {
        request_id: string
        name: string
      }
      answer: CaptureOut
    }
    '/apis/{name}/consumers': {
      path: {
        name: string
      }
      query: {
        after?: string | null
        before?: string | null
        limit?: number
        /**
         * With `path`, of one endpoint alone; both as `/apis/{name}` says them.
         */
        method?: string | null
        path?: string | null
      }
      answer: ConsumerList
    }
    '/apis/{name}/endpoints': {
      path: {
        name: string
      }
      query: {
        after?: string | null
        before?: string | null
      }
      answer: CalledList
    }
    '/apis/{name}/errors': {
      path: {
        name: string
      }
      query: {
        after?: string | null
        before?: string | null
        limit?: number
        /**
         * Of exceptions these alone, with their traceback.
         */
        fingerprint?: string | null
      }
      answer: ErrorList
    }
    '/apis/{name}/jobs': {
      path: {
        name: string
      }
      query: {
        after?: string | null
        before?: string | null
        limit?: number
        /**
         * With `path`, of one endpoint alone; both as `/apis/{name}` says them.
         */
        method?: string | null
        path?: string | null
      }
      answer: EnqueuedList
    }
    '/apis/{name}/unmatched': {
      path: {
        name: string
      }
      query: {
        after?: string | null
        before?: string | null
        limit?: number
      }
      answer: UnmatchedList
    }
    '/artifacts/{artifact_id}': {
      path: {
        artifact_id: string
      }
      answer: ArtifactOut
    }
    '/artifacts/{artifact_id}/content': {
      path: {
        artifact_id: string
      }
      answer: Blob
    }
    '/dashboard/me': {
      answer: CallerOut
    }
    '/dashboard/stats': {
      query: {
        window_minutes?: number
        failing_min_rate?: number
      }
      answer: DashboardOut
    }
    '/functions': {
      query: {
        type?: ('task' | 'cron' | 'event') | null
      }
      answer: FunctionsOut
    }
    '/functions/{key}': {
      path: {
        key: string
      }
      answer: FunctionDetailOut
    }
    '/jobs': {
      query: {
        limit?: number
        cursor?: string | null
        function?: string | null
        worker_id?: string | null
        interrupted_by?: string | null
        root_id?: string | null
        /**
         * This job enqueued it.
         */
        parent_id?: string | null
        /**
         * Whether it enqueued others.
         */
        has_children?: boolean | null
        fingerprint?: string | null
        trace_id?: string | null
        /**
         * It was enqueued with this key.
         */
        idempotency_key?: string | null
        /**
         * An attempt ran in this pod.
         */
        pod?: string | null
        /**
         * A worker of this version ran an attempt.
         */
        version?: string | null
        q?: string | null
        /**
         * The newest attempt ran at least so long.
         */
        min_duration_ms?: number | null
        /**
         * The newest attempt ran shorter than that.
         */
        below_duration_ms?: number | null
        /**
         * The newest attempt was waited for at least so long.
         */
        min_wait_ms?: number | null
        /**
         * The newest attempt was waited for shorter than that.
         */
        below_wait_ms?: number | null
        /**
         * So many attempts began, or more.
         */
        min_attempts?: number | null
        /**
         * No more attempts began.
         */
        max_attempts?: number | null
        /**
         * It has all of these tags.
         *
         * @maxItems 10
         */
        tag?: string[]
        /**
         * It was given all of these, as `order.id:42`.
         *
         * @maxItems 10
         */
        argument?: string[]
        /**
         * It is of none of these functions.
         *
         * @maxItems 10
         */
        not_function?: string[]
        /**
         * None of these workers had its newest attempt.
         *
         * @maxItems 10
         */
        not_worker_id?: string[]
        /**
         * It has none of these tags.
         *
         * @maxItems 10
         */
        not_tag?: string[]
        /**
         * No attempt ran in any of these pods.
         *
         * @maxItems 10
         */
        not_pod?: string[]
        /**
         * No worker of these versions ran an attempt.
         *
         * @maxItems 10
         */
        not_version?: string[]
        /**
         * It is in none of these trees.
         *
         * @maxItems 10
         */
        not_root_id?: string[]
        /**
         * None of these jobs enqueued it.
         *
         * @maxItems 10
         */
        not_parent_id?: string[]
        /**
         * Its newest error is of none of these kinds.
         *
         * @maxItems 10
         */
        not_fingerprint?: string[]
        /**
         * It is of none of these traces.
         *
         * @maxItems 10
         */
        not_trace_id?: string[]
        /**
         * It was enqueued with none of these keys.
         *
         * @maxItems 10
         */
        not_idempotency_key?: string[]
        /**
         * Its newest error has none of these words.
         *
         * @maxItems 10
         */
        not_error?: string[]
        /**
         * It was given none of these, as `order.id:42`.
         *
         * @maxItems 10
         */
        not_argument?: string[]
        after?: string | null
        before?: string | null
        /**
         * @maxItems 7
         */
        status?: Status[]
        /**
         * It is one of these.
         *
         * @maxItems 100
         */
        id?: string[]
      }
      answer: JobsOut
    }
    '/jobs/activity': {
      answer: ActivityOut
    }
    '/jobs/bulk': {
      query: {
        limit?: number
        cursor?: string | null
      }
      answer: BulkActionsOut
    }
    '/jobs/bulk/{action_id}': {
      path: {
        action_id: string
      }
      answer: BulkActionOut
    }
    '/jobs/counts': {
      query: {
        function?: string | null
        worker_id?: string | null
        interrupted_by?: string | null
        root_id?: string | null
        /**
         * This job enqueued it.
         */
        parent_id?: string | null
        /**
         * Whether it enqueued others.
         */
        has_children?: boolean | null
        fingerprint?: string | null
        trace_id?: string | null
        /**
         * It was enqueued with this key.
         */
        idempotency_key?: string | null
        /**
         * An attempt ran in this pod.
         */
        pod?: string | null
        /**
         * A worker of this version ran an attempt.
         */
        version?: string | null
        q?: string | null
        /**
         * The newest attempt ran at least so long.
         */
        min_duration_ms?: number | null
        /**
         * The newest attempt ran shorter than that.
         */
        below_duration_ms?: number | null
        /**
         * The newest attempt was waited for at least so long.
         */
        min_wait_ms?: number | null
        /**
         * The newest attempt was waited for shorter than that.
         */
        below_wait_ms?: number | null
        /**
         * So many attempts began, or more.
         */
        min_attempts?: number | null
        /**
         * No more attempts began.
         */
        max_attempts?: number | null
        /**
         * It has all of these tags.
         *
         * @maxItems 10
         */
        tag?: string[]
        /**
         * It was given all of these, as `order.id:42`.
         *
         * @maxItems 10
         */
        argument?: string[]
        /**
         * It is of none of these functions.
         *
         * @maxItems 10
         */
        not_function?: string[]
        /**
         * None of these workers had its newest attempt.
         *
         * @maxItems 10
         */
        not_worker_id?: string[]
        /**
         * It has none of these tags.
         *
         * @maxItems 10
         */
        not_tag?: string[]
        /**
         * No attempt ran in any of these pods.
         *
         * @maxItems 10
         */
        not_pod?: string[]
        /**
         * No worker of these versions ran an attempt.
         *
         * @maxItems 10
         */
        not_version?: string[]
        /**
         * It is in none of these trees.
         *
         * @maxItems 10
         */
        not_root_id?: string[]
        /**
         * None of these jobs enqueued it.
         *
         * @maxItems 10
         */
        not_parent_id?: string[]
        /**
         * Its newest error is of none of these kinds.
         *
         * @maxItems 10
         */
        not_fingerprint?: string[]
        /**
         * It is of none of these traces.
         *
         * @maxItems 10
         */
        not_trace_id?: string[]
        /**
         * It was enqueued with none of these keys.
         *
         * @maxItems 10
         */
        not_idempotency_key?: string[]
        /**
         * Its newest error has none of these words.
         *
         * @maxItems 10
         */
        not_error?: string[]
        /**
         * It was given none of these, as `order.id:42`.
         *
         * @maxItems 10
         */
        not_argument?: string[]
        after?: string | null
        before?: string | null
      }
      answer: CountsOut
    }
    '/jobs/durations': {
      query: {
        function?: string | null
        after?: string | null
        before?: string | null
      }
      answer: DurationsOut
    }
    '/jobs/errors': {
      query: {
        function?: string | null
        after?: string | null
        before?: string | null
      }
      answer: ErrorsOut
    }
    '/jobs/marks': {
      query: {
        /**
         * @minItems 1
         * @maxItems 50
         */
        job_id: string[]
      }
      answer: MarksOut
    }
    '/jobs/series': {
      query: {
        function?: string | null
        after?: string | null
        before?: string | null
        step?: '10s' | '1m' | '5m' | '1h'
      }
      answer: SeriesOut
    }
    '/jobs/stats': {
      query: {
        function?: string | null
        after?: string | null
        before?: string | null
      }
      answer: JobStatsOut
    }
    '/jobs/traces': {
      query: {
        /**
         * @minItems 1
         * @maxItems 100
         */
        trace_id: string[]
      }
      answer: TracesOut
    }
    '/jobs/trends': {
      query: {
        hours?: number
        function?: string | null
        type?: ('task' | 'cron' | 'event') | null
      }
      answer: TrendsOut
    }
    '/jobs/unusual': {
      query: {
        after?: string | null
        before?: string | null
      }
      answer: UnusualOut
    }
    '/jobs/views': {
      answer: ViewsOut
    }
    '/jobs/{job_id}': {
      path: {
        job_id: string
      }
      answer: JobDetailOut
    }
    '/jobs/{job_id}/artifacts': {
      path: {
        job_id: string
      }
      answer: ArtifactsOut
    }
    '/jobs/{job_id}/events': {
      path: {
        job_id: string
      }
      answer: JobFactsOut
    }
    '/jobs/{job_id}/logs': {
      path: {
        job_id: string
      }
      query: {
        limit?: number
        cursor?: string | null
        attempt?: number | null
        level?: string | null
        q?: string | null
      }
      answer: LinesOut
    }
    '/jobs/{job_id}/timeline': {
      path: {
        job_id: string
      }
      query: {
        limit?: number
        cursor?: string | null
      }
      answer: JobsOut
    }
    '/schedules': {
      answer: SchedulesOut
    }
    '/schedules/{key}': {
      path: {
        key: string
      }
      answer: ScheduleDetailOut
    }
    '/schemas': {
      answer: SchemaList
    }
    '/streams': {
      answer: {
        [k: string]: unknown
      }
    }
    '/streams/parked': {
      answer: {
        [k: string]: unknown
      }
    }
    '/workers': {
      answer: WorkerList
    }
    '/workers/activity': {
      answer: WorkerActivity
    }
    '/workers/deploys': {
      query: {
        name?: string | null
        after?: string | null
        before?: string | null
        limit?: number
      }
      answer: DeployList
    }
    '/workers/losses': {
      query: {
        after?: string | null
        before?: string | null
        limit?: number
      }
      answer: WorkerLosses
    }
    '/workers/{worker_id}': {
      path: {
        worker_id: string
      }
      answer: WorkerInstance
    }
    '/workers/{worker_id}/kill': {
      path: {
        worker_id: string
      }
      answer: WorkerKill
    }
    '/workers/{worker_id}/series': {
      path: {
        worker_id: string
      }
      query: {
        after?: string | null
        before?: string | null
        step?: '1m' | '5m' | '1h'
      }
      answer: WorkerSeries
    }
  }
  post: {
    '/events': {
      body: EventIn
      answer: EventOut
    }
    '/functions': {
      body: DeclareIn
      answer: FunctionsOut
    }
    '/functions/{key}/pause': {
      path: {
        key: string
      }
      answer: PausedOut
    }
    '/functions/{key}/resume': {
      path: {
        key: string
      }
      answer: PausedOut
    }
    '/jobs': {
      body: EnqueueIn
      answer: JobOut
    }
    '/jobs/batch': {
      body: BatchIn
      answer: BatchOut
    }
    '/jobs/bulk': {
      body: BulkIn
      answer: BulkActionOut
    }
    '/jobs/bulk/{action_id}/start': {
      path: {
        action_id: string
      }
      body: BulkStartIn | null
      answer: BulkActionOut
    }
    '/jobs/bulk/{action_id}/stop': {
      path: {
        action_id: string
      }
      answer: BulkActionOut
    }
    '/jobs/views': {
      body: ViewIn
      answer: ViewOut
    }
    '/jobs/{job_id}/artifacts': {
      path: {
        job_id: string
      }
      /**
       * `data`: text for textual types, any JSON for `json`, base64 for the rest.
       */
      body: {
        name: string
        type:
          | 'text'
          | 'json'
          | 'image/png'
          | 'image/jpeg'
          | 'image/webp'
          | 'image/gif'
          | 'image/svg'
          | 'file/pdf'
          | 'file/csv'
          | 'file/xml'
          | 'file/html'
          | 'file/binary'
        data: unknown
      }
      answer: ArtifactOut
    }
    '/jobs/{job_id}/cancel': {
      path: {
        job_id: string
      }
      body: CancelIn | null
      answer: JobOut
    }
    '/jobs/{job_id}/retry': {
      path: {
        job_id: string
      }
      body: RetryIn | null
      answer: JobOut
    }
    '/leases': {
      body: LeaseIn
      answer: LeasesOut
    }
    '/leases/reports': {
      body: ReportsIn
      answer: ReportsOut
    }
    '/otlp/v1/traces': {
      body: {
        resourceSpans?: {}[]
      }
      answer: {
        partialSuccess?: {}
      }
    }
    '/schedules/{key}/pause': {
      path: {
        key: string
      }
      answer: SchedulePausedOut
    }
    '/schedules/{key}/resume': {
      path: {
        key: string
      }
      answer: SchedulePausedOut
    }
    '/workers/{worker_id}/drain': {
      path: {
        worker_id: string
      }
      answer: WorkerInstance
    }
    '/workers/{worker_id}/heartbeat': {
      path: {
        worker_id: string
      }
      body: HeartbeatIn
      answer: HeardOut
    }
    '/workers/{worker_id}/kill': {
      path: {
        worker_id: string
      }
      answer: WorkerInstance
    }
    '/workers/{worker_id}/pause': {
      path: {
        worker_id: string
      }
      answer: WorkerInstance
    }
    '/workers/{worker_id}/resume': {
      path: {
        worker_id: string
      }
      answer: WorkerInstance
    }
  }
  patch: {
    '/jobs/views/{view_id}': {
      path: {
        view_id: string
      }
      body: ViewChangeIn
      answer: ViewOut
    }
  }
  delete: {
    '/artifacts/{artifact_id}': {
      path: {
        artifact_id: string
      }
      answer: null
    }
    '/jobs/views/{view_id}': {
      path: {
        view_id: string
      }
      answer: null
    }
  }
}
export interface ApiList {
  apis: ApiInfo[]
  total: number
}
export interface ApiInfo {
  name: string
  active: boolean
  instance_count: number
  instances: InstanceOut[]
  endpoint_count: number
  requests_24h: number
  avg_latency_ms: number | null
  error_rate: number | null
  requests_per_min: number
}
export interface InstanceOut {
  id: string
  api_name: string
  started_at: string
  last_heartbeat: string
  host: string | null
  port: number | null
  endpoints: string[]
  hostname: string | null
  version: string | null
}
/**
 * The hours, the open one last, and what APIs did in them, by name; one without requests is left out.
 */
export interface ActivityList {
  hours: string[]
  apis: {
    [k: string]: ApiActivity
  }
}
/**
 * Requests by status class in each of the hours, percentiles of the latency of all, their Apdex.
 */
export interface ApiActivity {
  status_2xx: number[]
  status_3xx: number[]
  status_4xx: number[]
  status_5xx: number[]
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
}
/**
 * The APIs that were called in the period, the busiest first; of others nothing is said.
 */
export interface ApiFiguresList {
  after: string | null
  before: string | null
  apis: ApiFigures[]
}
export interface ApiFigures {
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
  error_rate: number | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
  status_2xx: number
  status_3xx: number
  status_4xx: number
  status_5xx: number
  last_request_at: string | null
  request_bytes: number
  response_bytes: number
  requests: number
  requests_per_min: number
  name: string
}
/**
 * The worst APIs of a period first, each by its own 24 hours before; of fewer requests than `least` nothing is said.
 */
export interface UnusualApis {
  after: string | null
  before: string | null
  usual_after: string | null
  usual_before: string | null
  least: number
  total: number
  apis: UnusualApi[]
}
/**
 * `since` is null where the newest are as usual again.
 */
export interface UnusualApi {
  name: string
  level: Level
  since: string | null
  requests: number
  server_errors: number
  server_error_rate: number
  usual_requests: number
  usual_server_error_rate: number
}
export interface DeployList {
  deploys: DeployOut[]
}
export interface DeployOut {
  name: string
  version: string
  previous_version: string | null
  at: string
}
export interface EventList {
  events: ApiRequestEvent[]
  total: number
  total_exact: boolean
  has_more: boolean
  next_cursor: string | null
  scanned_until: string | null
  kept_since: string
}
export interface ApiRequestEvent {
  id: string
  at: string
  api_name: string
  method: string
  path: string
  status: number
  latency_ms: number
  instance_id: string
  sampled: boolean
  trace_id: string | null
  request_bytes: number | null
  response_bytes: number | null
  consumer: string | null
}
/**
 * The period that was counted: what was asked for, rounded outwards to buckets; null where there is no time in it.
 */
export interface Latencies {
  after: string | null
  before: string | null
  total: number
  latencies: LatencyClassOut[]
}
/**
 * Named as the filter of `/apis/events` that finds them.
 */
export interface LatencyClassOut {
  min_latency_ms: number
  below_latency_ms: number | null
  count: number
}
/**
 * Columns of `step_ms`, nothing left out, and rows from the shortest that was seen to the longest.
 */
export interface LatencyHeat {
  after: string | null
  before: string | null
  step_ms: number
  total: number
  rows: HeatRow[]
  columns: HeatColumn[]
}
/**
 * Named as the filter of `/apis/events` that finds its requests.
 */
export interface HeatRow {
  min_latency_ms: number
  below_latency_ms: number | null
}
/**
 * What began to be counted at that instant; how many of each of the rows.
 */
export interface HeatColumn {
  at: string
  counts: number[]
}
export interface Series {
  points: SeriesPoint[]
}
export interface SeriesPoint {
  at: string
  status_1xx: number
  status_2xx: number
  status_3xx: number
  status_4xx: number
  status_5xx: number
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
}
export interface Trends {
  hourly: Hour[]
}
export interface Hour {
  hour: string
  success_2xx: number
  redirect_3xx: number
  client_4xx: number
  server_5xx: number
}
export interface ApiDetail {
  api: ApiOverview
  endpoints: ApiEndpoint[]
  total_endpoints: number
}
export interface ApiOverview {
  name: string
  active: boolean
  instance_count: number
  instances: InstanceOut[]
  endpoint_count: number
  requests_24h: number
  avg_latency_ms: number | null
  error_rate: number | null
  requests_per_min: number
  docs_url: string | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
}
export interface ApiEndpoint {
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
  error_rate: number | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
  status_2xx: number
  status_3xx: number
  status_4xx: number
  status_5xx: number
  last_request_at: string | null
  request_bytes: number
  response_bytes: number
  method: string
  path: string
  requests_24h: number
  requests_per_min: number
  tags: string[]
}
/**
 * The hours, the open one last, and what endpoints did in them; one without requests is left out.
 */
export interface EndpointHoursList {
  hours: string[]
  endpoints: EndpointHours[]
}
/**
 * Requests of one endpoint by status class in each of the hours.
 */
export interface EndpointHours {
  method: string
  path: string
  status_2xx: number[]
  status_3xx: number[]
  status_4xx: number[]
  status_5xx: number[]
}
/**
 * The bodies of a request; both null where nothing was captured, or it is let go of.
 */
export interface CaptureOut {
  captured: boolean
  request: CapturedBody | null
  response: CapturedBody | null
}
/**
 * One body; either its text or why it is left out. `bytes` is of the whole, as it passed.
 *
 * `masked` names the fields of which nothing is told: `$.card.number`.
 */
export interface CapturedBody {
  content_type: string
  bytes: number
  text?: string | null
  is_cut?: boolean
  /**
   * @maxItems 50
   */
  masked?: string[]
  left_out?: ('type' | 'encoded' | 'too_large' | 'unreadable') | null
}
/**
 * Who called in the period, the busiest first, and how many called each endpoint; `total` is of those told apart.
 */
export interface ConsumerList {
  after: string | null
  before: string | null
  total: number
  consumers: ConsumerOut[]
  endpoints: EndpointConsumers[]
}
/**
 * Null is all who are past the bound of consumers that are told apart.
 */
export interface ConsumerOut {
  consumer: string | null
  requests: number
  error_rate: number
  client_errors: number
  server_errors: number
  request_bytes: number
  response_bytes: number
  last_request_at: string
}
export interface EndpointConsumers {
  method: string
  path: string
  consumers: number
}
/**
 * The endpoints that were called in the period, the busiest first; of others nothing is said. `whole` is of the API.
 */
export interface CalledList {
  after: string | null
  before: string | null
  endpoints: CalledEndpoint[]
  whole: PeriodFigures
}
export interface CalledEndpoint {
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
  error_rate: number | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
  status_2xx: number
  status_3xx: number
  status_4xx: number
  status_5xx: number
  last_request_at: string | null
  request_bytes: number
  response_bytes: number
  requests: number
  requests_per_min: number
  method: string
  path: string
}
/**
 * Of a period; requests per minute are those of all of it.
 */
export interface PeriodFigures {
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  apdex: number | null
  error_rate: number | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
  status_2xx: number
  status_3xx: number
  status_4xx: number
  status_5xx: number
  last_request_at: string | null
  request_bytes: number
  response_bytes: number
  requests: number
  requests_per_min: number
}
/**
 * What requests failed with, the most first; totals are of all that was told of.
 */
export interface ErrorList {
  after: string | null
  before: string | null
  exceptions_total: number
  exceptions: ExceptionOut[]
  fields_total: number
  fields: FieldOut[]
}
/**
 * Names of null are of all others. `message` is the newest, `traceback` the newest that was told, `version` of the code that it is of.
 *
 * A traceback is told where its fingerprint is asked for, to who may read payloads.
 */
export interface ExceptionOut {
  method: string
  path: string | null
  error_type: string | null
  fingerprint: string | null
  message: string | null
  requests: number
  last_request_at: string
  has_traceback: boolean
  traceback: string | null
  version: string | null
}
/**
 * Names of null are of all others.
 */
export interface FieldOut {
  method: string
  path: string | null
  field: string | null
  rule: string | null
  requests: number
  last_request_at: string
}
/**
 * The jobs that requests of the period enqueued, by endpoint and function, the most first; `total` is of all of them.
 */
export interface EnqueuedList {
  after: string | null
  before: string | null
  total: number
  enqueued: EnqueuedJobs[]
}
/**
 * A function of null is all past the bound of functions that are told apart.
 */
export interface EnqueuedJobs {
  method: string
  path: string
  function: string | null
  jobs: number
}
/**
 * What was asked for where no route matched, the most first; `total` is of all that was told of.
 */
export interface UnmatchedList {
  after: string | null
  before: string | null
  total: number
  paths: TriedOut[]
}
/**
 * A path of null is all others.
 */
export interface TriedOut {
  method: string
  path: string | null
  requests: number
  last_request_at: string
}
export interface ArtifactOut {
  id: string
  job_id: string
  name: string
  type:
    | 'text'
    | 'json'
    | 'image/png'
    | 'image/jpeg'
    | 'image/webp'
    | 'image/gif'
    | 'image/svg'
    | 'file/pdf'
    | 'file/csv'
    | 'file/xml'
    | 'file/html'
    | 'file/binary'
  content_type: string
  size_bytes: number
  sha256: string
  storage_backend: string
  status: string
  error: string | null
  created_at: string
}
/**
 * `scopes` are as they were granted, families and narrowed ones among them; `allowed` are those of the API that they amount to.
 */
export interface CallerOut {
  name: string
  kind: 'anyone' | 'key' | 'token'
  key_id: string | null
  role: string | null
  scopes: string[]
  allowed: string[]
  expires_at: string | null
}
export interface DashboardOut {
  runs: RunsBlock
  queue: QueueBlock
  workers: WorkersBlock
  apis: ApisBlock
  recent_runs: RunOut[]
  recent_failures: RunOut[]
  top_failing_functions: FailingFunctionOut[]
  oldest_queued_jobs: OldestQueuedOut[]
  stuck_active_jobs: StuckActiveOut[]
}
export interface RunsBlock {
  total: number
  success_rate: number | null
  window_minutes: number
  jobs_per_min: number
}
export interface QueueBlock {
  running: number
  waiting: number
  claimed: number
  scheduled_due: number
  scheduled_future: number
  backlog: number
  capacity: number | null
  total: number
}
export interface WorkersBlock {
  total: number | null
}
/**
 * Requests to APIs. Other windows than a day begin on a whole hour: `window_minutes` says how long it is.
 */
export interface ApisBlock {
  requests: number | null
  avg_latency_ms: number | null
  error_rate: number | null
  window_minutes: number
  requests_per_min: number | null
}
export interface RunOut {
  id: string
  function: string
  function_name: string
  status: Status
  started_at: string | null
  completed_at: string | null
  duration_ms: number | null
  error: string | null
  worker_id: string | null
  attempts: number
  progress: number | null
}
export interface FailingFunctionOut {
  key: string
  name: string
  runs: number
  failures: number
  failure_rate: number
  last_run_at: string | null
}
export interface OldestQueuedOut {
  id: string
  function: string
  function_name: string
  queued_at: string
  age_seconds: number
  source: SourceOut
}
/**
 * Where a job came from; what more is said of it depends on the type.
 */
export interface SourceOut {
  type: string
  [k: string]: unknown
}
export interface StuckActiveOut {
  id: string
  function: string
  function_name: string
  worker_id: string | null
  started_at: string | null
  age_seconds: number
}
export interface FunctionsOut {
  functions: FunctionOut[]
  total: number
}
export interface FunctionOut {
  key: string
  name: string
  type: string
  active: boolean | null
  paused: boolean
  timeout: number | null
  max_retries: number
  retry_delay: number
  rate_limit: string | null
  max_concurrency: number | null
  schedule: string | null
  schedule_words: string | null
  schedule_timezone: string | null
  schedule_paused: boolean | null
  next_run_at: string | null
  pattern: string | null
  workers: string[] | null
  runs_24h: number
  success_rate: number | null
  avg_duration_ms: number | null
  p95_duration_ms: number | null
  avg_wait_ms: number | null
  p95_wait_ms: number | null
  running: number
  queue_backlog: number
  dispatch_reasons: DispatchReasons
  last_run_at: string | null
  last_run_status: Status | null
}
export interface DispatchReasons {
  paused: number
  rate_limited: number
  no_capacity: number | null
  cancelled: number
  retrying: number
}
export interface FunctionDetailOut {
  key: string
  name: string
  type: string
  active: boolean | null
  paused: boolean
  timeout: number | null
  max_retries: number
  retry_delay: number
  rate_limit: string | null
  max_concurrency: number | null
  schedule: string | null
  schedule_words: string | null
  schedule_timezone: string | null
  schedule_paused: boolean | null
  next_run_at: string | null
  pattern: string | null
  workers: string[] | null
  runs_24h: number
  success_rate: number | null
  avg_duration_ms: number | null
  p95_duration_ms: number | null
  avg_wait_ms: number | null
  p95_wait_ms: number | null
  running: number
  queue_backlog: number
  dispatch_reasons: DispatchReasons
  last_run_at: string | null
  last_run_status: Status | null
  recent_runs: RunOut[]
  parameters: {
    [k: string]: unknown
  } | null
  import_path: string | null
  settings: SettingsOut[] | null
}
export interface SettingsOut {
  timeout: number | null
  max_retries: number
  retry_delay: number
  max_concurrency: number | null
  rate_limit: string | null
  schedule: string | null
  schedule_timezone: string | null
  pattern: string | null
  versions: string[]
  workers: string[]
}
export interface JobsOut {
  total: number
  total_exact: boolean
  has_more: boolean
  next_cursor: string | null
  jobs: JobOut[]
  scanned_until: string | null
}
export interface JobOut {
  id: string
  function: string
  function_name: string
  job_type: string
  source: SourceOut
  status: Status
  created_at: string
  scheduled_at: string | null
  started_at: string | null
  completed_at: string | null
  seq: number
  attempts: number
  max_retries: number
  cancel_requested_at: string | null
  retried_from: string | null
  error_type: string | null
  error_fingerprint: string | null
  timeout: number | null
  priority: number
  worker_id: string | null
  parent_id: string | null
  root_id: string
  progress: number | null
  progress_at: string | null
  interruptions: number
  kwargs: {
    [k: string]: unknown
  } | null
  tags: string[]
  checkpoint: unknown
  checkpoint_at: string | null
  result: unknown
  error: string | null
  queue_wait_ms: number | null
  duration_ms: number | null
  trace_id: string | null
}
/**
 * By function; one to which nothing happened in any of the hours is left out.
 */
export interface ActivityOut {
  hours: string[]
  functions: {
    [k: string]: FunctionActivityOut
  }
}
/**
 * Of each hour how many of the function's jobs came to what, and in how many of its minutes a worker was free for one that waited, but as many ran as its limit lets.
 */
export interface FunctionActivityOut {
  complete: number[]
  failed: number[]
  retrying: number[]
  cancelled: number[]
  held_minutes: number[]
}
export interface BulkActionsOut {
  bulk_actions: BulkActionOut[]
  has_more: boolean
  next_cursor: string | null
}
/**
 * `filter` is what was asked, in the words of the query of `/jobs`; what may be an argument's value is null for who may not see payloads.
 * `picked`: so many jobs were named instead, all of them `total`; those it could not be done to when they were are skipped.
 */
export interface BulkActionOut {
  id: string
  action: BulkKind
  state: BulkState
  name: string | null
  reason: string | null
  filter: {
    [k: string]: unknown
  }
  picked: number | null
  total: number
  done: number
  skipped: number
  skips: SkipOut[]
  created_at: string
  created_by: string
  started_at: string | null
  completed_at: string | null
  trace_id: string | null
}
/**
 * Jobs it was not done to, why, and one of them.
 */
export interface SkipOut {
  code: string
  detail: string
  count: number
  job_id: string
}
export interface CountsOut {
  counts: StatusCountsOut
  scanned_until: string | null
}
export interface StatusCountsOut {
  pending: CountOut
  queued: CountOut
  active: CountOut
  retrying: CountOut
  complete: CountOut
  failed: CountOut
  cancelled: CountOut
}
export interface CountOut {
  total: number
  total_exact: boolean
}
export interface DurationsOut {
  after: string | null
  before: string | null
  total: number
  durations: DurationClassOut[]
}
/**
 * Named as the filter of `/jobs` that finds them.
 */
export interface DurationClassOut {
  min_duration_ms: number
  below_duration_ms: number | null
  count: number
}
export interface ErrorsOut {
  after: string | null
  before: string | null
  errors: ErrorGroupOut[]
}
/**
 * `versions` are those of the workers whose attempts failed, the newest first and ten at most; none where none is known.
 */
export interface ErrorGroupOut {
  fingerprint: string
  error_type: string
  message: string
  function: string
  count: number
  first_at: string
  last_at: string
  last_job_id: string
  versions: string[]
}
export interface MarksOut {
  jobs: JobMarksOut[]
}
/**
 * The worst of what a job logged, of that the newest, in the order of time; and how far its newest attempt was when.
 */
export interface JobMarksOut {
  job_id: string
  lines: MarkOut[]
  has_more: boolean
  attempt: number | null
  progress_log: ProgressPointOut[]
}
/**
 * A line of a log worth a mark. The message is its beginning, and null without `payloads:read`.
 */
export interface MarkOut {
  at: string
  level: 'warning' | 'error' | 'critical'
  message: string | null
  attempt: number
}
/**
 * How far an attempt was at a time; one for each twentieth it entered.
 */
export interface ProgressPointOut {
  at: string
  progress: number
}
export interface SeriesOut {
  points: PointOut[]
}
export interface PointOut {
  at: string
  complete: number
  failed: number
  retrying: number
  cancelled: number
  wait_p50_ms: number | null
  wait_p95_ms: number | null
  run_p50_ms: number | null
  run_p95_ms: number | null
}
export interface JobStatsOut {
  after: string | null
  before: string | null
  total: number
  success_count: number
  failure_count: number
  cancelled_count: number
  success_rate: number | null
  avg_duration_ms: number | null
}
export interface TracesOut {
  traces: TraceCountsOut[]
}
/**
 * The jobs of one trace by status; where `total_exact` is false, of its newest, and it may have more.
 */
export interface TraceCountsOut {
  trace_id: string
  total: number
  total_exact: boolean
  pending: number
  queued: number
  active: number
  retrying: number
  complete: number
  failed: number
  cancelled: number
}
export interface TrendsOut {
  hourly: HourOut[]
}
export interface HourOut {
  hour: string
  complete: number
  failed: number
  retrying: number
  active: number
  cancelled: number
}
/**
 * The worst functions of a period first, each by its own 24 hours before; of fewer jobs than `least` nothing is said.
 */
export interface UnusualOut {
  after: string | null
  before: string | null
  usual_after: string | null
  usual_before: string | null
  least: number
  failing_total: number
  waiting_total: number
  failing: FailingMoreOut[]
  waiting: WaitingLongerOut[]
}
export interface FailingMoreOut {
  function: string
  function_name: string
  level: Level
  since: string | null
  runs: number
  failures: number
  failure_rate: number
  usual_runs: number
  usual_failure_rate: number
}
export interface WaitingLongerOut {
  function: string
  function_name: string
  level: Level
  since: string | null
  starts: number
  p95_wait_ms: number
  usual_starts: number
  usual_p95_wait_ms: number
}
/**
 * `may_share`: the caller may save a view that everybody sees.
 */
export interface ViewsOut {
  views: ViewOut[]
  total: number
  may_share: boolean
}
/**
 * `query` is in the words of the query of `/jobs`, and `range` where its time is the last so long; what may be an argument's value is null
 * for who neither made it nor may see payloads. `is_yours`: the caller made it.
 */
export interface ViewOut {
  id: string
  name: string
  query: {
    [k: string]: unknown
  }
  shared: boolean
  is_yours: boolean
  may_change: boolean
  created_by: string
  created_at: string
  updated_at: string
}
export interface JobDetailOut {
  id: string
  function: string
  function_name: string
  job_type: string
  source: SourceOut
  status: Status
  created_at: string
  scheduled_at: string | null
  started_at: string | null
  completed_at: string | null
  seq: number
  attempts: number
  max_retries: number
  cancel_requested_at: string | null
  retried_from: string | null
  error_type: string | null
  error_fingerprint: string | null
  timeout: number | null
  priority: number
  worker_id: string | null
  parent_id: string | null
  root_id: string
  progress: number | null
  progress_at: string | null
  interruptions: number
  kwargs: {
    [k: string]: unknown
  } | null
  tags: string[]
  checkpoint: unknown
  checkpoint_at: string | null
  result: unknown
  error: string | null
  queue_wait_ms: number | null
  duration_ms: number | null
  trace_id: string | null
  attempts_log: AttemptOut[]
  traceback: string | null
  logs_url: string
  reason: string | null
  cancel_reason: string | null
}
/**
 * `locals` is null without `payloads:read`; `has_locals` says whether there are any.
 */
export interface AttemptOut {
  attempt: number
  worker_id: string
  pod: string | null
  version: string | null
  started_at: string
  ended_at: string | null
  outcome: string | null
  queue_wait_ms: number | null
  duration_ms: number | null
  error: string | null
  error_type: string | null
  error_fingerprint: string | null
  traceback: string | null
  has_locals: boolean
  locals: LocalsOut | null
  reason: string | null
  progress_log: ProgressPointOut[]
}
/**
 * Local variables of the user's own frames, in the order of the traceback. `left_out`: how many more were not told.
 */
export interface LocalsOut {
  frames: FrameLocalsOut[]
  left_out: number
}
export interface FrameLocalsOut {
  file: string
  line: number
  function: string
  variables: VariableOut[]
  left_out: number
}
/**
 * `value`: what `repr` said, in part; null where it was masked for its name.
 */
export interface VariableOut {
  name: string
  value: string | null
}
export interface ArtifactsOut {
  artifacts: ArtifactOut[]
  total: number
}
/**
 * The newest, in the order they happened.
 */
export interface JobFactsOut {
  events: JobFactOut[]
  total: number
  has_more: boolean
}
/**
 * Something that happened to a job. `seq` is that of the event that said it (of progress, that of its attempt's beginning),
 * and null where nothing was said.
 */
export interface JobFactOut {
  kind:
    | 'scheduled'
    | 'queued'
    | 'started'
    | 'progress'
    | 'checkpoint'
    | 'cancel_requested'
    | 'retrying'
    | 'interrupted'
    | 'completed'
    | 'failed'
    | 'cancelled'
  at: string
  seq: number | null
  attempt: number | null
  worker_id: string | null
  trigger: string | null
  scheduled_at: string | null
  queue_wait_ms: number | null
  duration_ms: number | null
  progress: number | null
  error: string | null
  error_type: string | null
  retry_at: string | null
  reason: string | null
}
export interface LinesOut {
  total: number
  total_exact: boolean
  has_more: boolean
  next_cursor: string | null
  lines: LineOut[]
}
export interface LineOut {
  at: string
  level: string
  message: string
  attempt: number
  fields: {
    [k: string]: unknown
  } | null
}
export interface SchedulesOut {
  schedules: ScheduleOut[]
  total: number
}
/**
 * `next_runs`: the next five instants it is due; while it is paused, when it would be. `words` say the expression in English.
 */
export interface ScheduleOut {
  function: string
  function_name: string
  expression: string
  words: string
  timezone: string
  overlap: 'skip' | 'allow'
  paused: boolean
  next_at: string | null
  next_runs: string[]
  last_at: string | null
  last_job_id: string | null
}
export interface ScheduleDetailOut {
  function: string
  function_name: string
  expression: string
  words: string
  timezone: string
  overlap: 'skip' | 'allow'
  paused: boolean
  next_at: string | null
  next_runs: string[]
  last_at: string | null
  last_job_id: string | null
  fires: FireOut[]
}
/**
 * An instant it was due. `missed`: how many before it went by while nobody was there, up to 1,000; this one stands for them. `skipped`: the
 * job before had not ended.
 */
export interface FireOut {
  at: string
  fired_at: string
  outcome: 'enqueued' | 'skipped'
  missed: number
  job_id: string | null
  status: Status | null
  duration_ms: number | null
}
/**
 * All there are.
 */
export interface SchemaList {
  schemas: SchemaEntry[]
  total: number
}
/**
 * A schema in the list; `streams` are those that send it as an event.
 */
export interface SchemaEntry {
  name: string
  title: string
  description: string | null
  streams: string[]
  path: string
}
export interface WorkerList {
  workers: WorkerInfo[]
  total: number
}
export interface WorkerInfo {
  name: string
  active: boolean
  instance_count: number
  instances: WorkerInstance[]
  functions: string[]
  function_names: {
    [k: string]: string
  }
  concurrency: number
}
export interface WorkerInstance {
  id: string
  worker_name: string
  started_at: string
  last_heartbeat: string
  functions: string[]
  function_names: {
    [k: string]: string
  }
  concurrency: number
  active_jobs: number
  jobs_processed: number
  jobs_failed: number
  hostname: string | null
  state: State
  version: string | null
  pod: PodOut | null
  asked: Asked | null
  paused: boolean
  usage: WorkerUsage | null
}
export interface PodOut {
  name: string
  namespace: string
  node: string | null
  phase: string | null
  restarts: number | null
  last_restart_reason: string | null
  image: string | null
  cpu_limit_cores: number | null
  memory_limit_bytes: number | null
  deployment: WorkerDeployment | null
}
export interface WorkerDeployment {
  name: string
  desired_replicas: number
  ready_replicas: number
  autoscaler: WorkerAutoscaler | null
}
export interface WorkerAutoscaler {
  name: string
  min_replicas: number
  max_replicas: number
  desired_replicas: number
  metrics: ScalingMetric[]
}
export interface ScalingMetric {
  name: string
  current: string | null
  target: string | null
}
export interface WorkerUsage {
  cpu_cores: number | null
  cpu_limit_cores: number | null
  memory_bytes: number | null
  memory_limit_bytes: number | null
  loop_lag_ms: number | null
}
/**
 * By worker name the slots taken in each of the minutes; null where none of it was heard, and left out if in none of them.
 */
export interface WorkerActivity {
  minutes: string[]
  slots_taken: {
    [k: string]: (number | null)[]
  }
}
export interface WorkerLosses {
  losses: WorkerLoss[]
  total: number
}
/**
 * A worker that went silent, as it was last known; `back_at` is when it was heard again after all.
 */
export interface WorkerLoss {
  worker_id: string
  worker_name: string
  started_at: string
  last_heartbeat: string
  lost_at: string
  back_at: string | null
  active_jobs: number
  hostname: string | null
  version: string | null
  pod: PodOut | null
}
/**
 * Whether a worker can be killed; where not, why: as the refusal would say it.
 */
export interface WorkerKill {
  possible: boolean
  code: string | null
  detail: string | null
}
export interface WorkerSeries {
  points: WorkerPoint[]
}
/**
 * One step; null where it was not heard, does not say it, or is forgotten.
 */
export interface WorkerPoint {
  at: string
  avg_active_jobs: number | null
  max_active_jobs: number | null
  concurrency: number | null
  jobs_processed: number | null
  jobs_failed: number | null
  avg_cpu_cores: number | null
  max_cpu_cores: number | null
  cpu_limit_cores: number | null
  avg_memory_bytes: number | null
  max_memory_bytes: number | null
  memory_limit_bytes: number | null
  max_loop_lag_ms: number | null
}
/**
 * What happened; each function whose pattern fits gets a job. `scheduled_at`, `delay_s`, `priority` and `tags` are those of its jobs.
 */
export interface EventIn {
  type: string
  data?: {
    [k: string]: unknown
  }
  scheduled_at?: string | null
  delay_s?: number | null
  priority?: number
  idempotency_key?: string | null
  parent_id?: string | null
  /**
   * @maxItems 16
   */
  tags?: string[]
}
/**
 * An event, and the jobs it made: one of each function it triggered, by their keys.
 */
export interface EventOut {
  id: string
  type: string
  jobs: JobOut[]
}
export interface DeclareIn {
  worker_id?: string | null
  version?: string | null
  /**
   * @maxItems 500
   */
  functions: FunctionIn[]
}
export interface FunctionIn {
  key: string
  name?: string | null
  type?: 'task' | 'cron' | 'event'
  /**
   * Of type `event`: which types of events trigger it.
   */
  pattern?: string | null
  timeout?: number | null
  max_retries?: number
  retry_delay?: number
  /**
   * At most so many starts in any such time: `10/s`, `100/minute`.
   */
  rate_limit?: string | null
  max_concurrency?: number | null
  parameters?: {
    [k: string]: unknown
  } | null
  import_path?: string | null
  /**
   * Of type `cron`: a cron expression.
   */
  schedule?: string | null
  /**
   * Of its schedule; default UTC.
   */
  timezone?: string | null
  /**
   * While the job of the fire before has not ended; default `skip`.
   */
  overlap?: ('skip' | 'allow') | null
}
export interface PausedOut {
  key: string
  paused: boolean
}
export interface EnqueueIn {
  function: string
  kwargs?: {
    [k: string]: unknown
  }
  scheduled_at?: string | null
  delay_s?: number | null
  priority?: number
  idempotency_key?: string | null
  parent_id?: string | null
  /**
   * @maxItems 16
   */
  tags?: string[]
}
export interface BatchIn {
  /**
   * @minItems 1
   * @maxItems 500
   */
  jobs: EnqueueIn[]
}
export interface BatchOut {
  jobs: (
    | JobOut
    | {
        [k: string]: unknown
      }
  )[]
}
/**
 * Which jobs: all a filter finds, or those that are named.
 */
export interface BulkIn {
  action: BulkKind
  filter?: BulkFilterIn | null
  ids?: string[] | null
}
/**
 * As the query of `/jobs`.
 */
export interface BulkFilterIn {
  function?: string | null
  worker_id?: string | null
  interrupted_by?: string | null
  root_id?: string | null
  /**
   * This job enqueued it.
   */
  parent_id?: string | null
  /**
   * Whether it enqueued others.
   */
  has_children?: boolean | null
  fingerprint?: string | null
  trace_id?: string | null
  /**
   * It was enqueued with this key.
   */
  idempotency_key?: string | null
  /**
   * An attempt ran in this pod.
   */
  pod?: string | null
  /**
   * A worker of this version ran an attempt.
   */
  version?: string | null
  q?: string | null
  /**
   * The newest attempt ran at least so long.
   */
  min_duration_ms?: number | null
  /**
   * The newest attempt ran shorter than that.
   */
  below_duration_ms?: number | null
  /**
   * The newest attempt was waited for at least so long.
   */
  min_wait_ms?: number | null
  /**
   * The newest attempt was waited for shorter than that.
   */
  below_wait_ms?: number | null
  /**
   * So many attempts began, or more.
   */
  min_attempts?: number | null
  /**
   * No more attempts began.
   */
  max_attempts?: number | null
  /**
   * It has all of these tags.
   *
   * @maxItems 10
   */
  tag?: string[]
  /**
   * It was given all of these, as `order.id:42`.
   *
   * @maxItems 10
   */
  argument?: string[]
  /**
   * It is of none of these functions.
   *
   * @maxItems 10
   */
  not_function?: string[]
  /**
   * None of these workers had its newest attempt.
   *
   * @maxItems 10
   */
  not_worker_id?: string[]
  /**
   * It has none of these tags.
   *
   * @maxItems 10
   */
  not_tag?: string[]
  /**
   * No attempt ran in any of these pods.
   *
   * @maxItems 10
   */
  not_pod?: string[]
  /**
   * No worker of these versions ran an attempt.
   *
   * @maxItems 10
   */
  not_version?: string[]
  /**
   * It is in none of these trees.
   *
   * @maxItems 10
   */
  not_root_id?: string[]
  /**
   * None of these jobs enqueued it.
   *
   * @maxItems 10
   */
  not_parent_id?: string[]
  /**
   * Its newest error is of none of these kinds.
   *
   * @maxItems 10
   */
  not_fingerprint?: string[]
  /**
   * It is of none of these traces.
   *
   * @maxItems 10
   */
  not_trace_id?: string[]
  /**
   * It was enqueued with none of these keys.
   *
   * @maxItems 10
   */
  not_idempotency_key?: string[]
  /**
   * Its newest error has none of these words.
   *
   * @maxItems 10
   */
  not_error?: string[]
  /**
   * It was given none of these, as `order.id:42`.
   *
   * @maxItems 10
   */
  not_argument?: string[]
  after?: string | null
  before?: string | null
  /**
   * @maxItems 7
   */
  status?: Status[]
}
export interface BulkStartIn {
  /**
   * For those who look.
   */
  name?: string | null
  reason?: string | null
}
export interface ViewIn {
  name: string
  query: ViewQueryIn
  shared?: boolean
}
/**
 * As the query of `/jobs`, or of the last so long.
 */
export interface ViewQueryIn {
  function?: string | null
  worker_id?: string | null
  interrupted_by?: string | null
  root_id?: string | null
  /**
   * This job enqueued it.
   */
  parent_id?: string | null
  /**
   * Whether it enqueued others.
   */
  has_children?: boolean | null
  fingerprint?: string | null
  trace_id?: string | null
  /**
   * It was enqueued with this key.
   */
  idempotency_key?: string | null
  /**
   * An attempt ran in this pod.
   */
  pod?: string | null
  /**
   * A worker of this version ran an attempt.
   */
  version?: string | null
  q?: string | null
  /**
   * The newest attempt ran at least so long.
   */
  min_duration_ms?: number | null
  /**
   * The newest attempt ran shorter than that.
   */
  below_duration_ms?: number | null
  /**
   * The newest attempt was waited for at least so long.
   */
  min_wait_ms?: number | null
  /**
   * The newest attempt was waited for shorter than that.
   */
  below_wait_ms?: number | null
  /**
   * So many attempts began, or more.
   */
  min_attempts?: number | null
  /**
   * No more attempts began.
   */
  max_attempts?: number | null
  /**
   * It has all of these tags.
   *
   * @maxItems 10
   */
  tag?: string[]
  /**
   * It was given all of these, as `order.id:42`.
   *
   * @maxItems 10
   */
  argument?: string[]
  /**
   * It is of none of these functions.
   *
   * @maxItems 10
   */
  not_function?: string[]
  /**
   * None of these workers had its newest attempt.
   *
   * @maxItems 10
   */
  not_worker_id?: string[]
  /**
   * It has none of these tags.
   *
   * @maxItems 10
   */
  not_tag?: string[]
  /**
   * No attempt ran in any of these pods.
   *
   * @maxItems 10
   */
  not_pod?: string[]
  /**
   * No worker of these versions ran an attempt.
   *
   * @maxItems 10
   */
  not_version?: string[]
  /**
   * It is in none of these trees.
   *
   * @maxItems 10
   */
  not_root_id?: string[]
  /**
   * None of these jobs enqueued it.
   *
   * @maxItems 10
   */
  not_parent_id?: string[]
  /**
   * Its newest error is of none of these kinds.
   *
   * @maxItems 10
   */
  not_fingerprint?: string[]
  /**
   * It is of none of these traces.
   *
   * @maxItems 10
   */
  not_trace_id?: string[]
  /**
   * It was enqueued with none of these keys.
   *
   * @maxItems 10
   */
  not_idempotency_key?: string[]
  /**
   * Its newest error has none of these words.
   *
   * @maxItems 10
   */
  not_error?: string[]
  /**
   * It was given none of these, as `order.id:42`.
   *
   * @maxItems 10
   */
  not_argument?: string[]
  after?: string | null
  before?: string | null
  /**
   * @maxItems 7
   */
  status?: Status[]
  /**
   * Of the last so long.
   */
  range?: ('15m' | '1h' | '6h' | '24h' | '7d') | null
}
export interface CancelIn {
  reason?: string | null
}
export interface RetryIn {
  kwargs?: {
    [k: string]: unknown
  } | null
}
export interface LeaseIn {
  worker_id: string
  /**
   * @minItems 1
   * @maxItems 500
   */
  functions: string[]
  max?: number
  wait_s?: number
}
export interface LeasesOut {
  leases: LeaseOut[]
}
export interface LeaseOut {
  job: JobOut
  token: string
  expires_at: string
  traceparent: string | null
}
export interface ReportsIn {
  worker_id: string
  /**
   * @maxItems 500
   */
  reports: (RenewReport | ProgressReport | LogReport | CheckpointReport | OutcomeReport | HandBackReport)[]
}
export interface RenewReport {
  job_id: string
  token: string
  kind: 'renew'
}
export interface ProgressReport {
  job_id: string
  token: string
  kind: 'progress'
  progress: number
  message?: string | null
}
export interface LogReport {
  job_id: string
  token: string
  kind: 'log'
  /**
   * @maxItems 500
   */
  lines: LineIn[]
}
export interface LineIn {
  at: string
  level?: 'debug' | 'info' | 'warning' | 'error' | 'critical'
  message: string
  fields?: {
    [k: string]: unknown
  } | null
}
export interface CheckpointReport {
  job_id: string
  token: string
  kind: 'checkpoint'
  data: unknown
}
/**
 * `result` belongs to success; the error's fields to failure.
 */
export interface OutcomeReport {
  job_id: string
  token: string
  kind: 'outcome'
  outcome: 'success' | 'failure' | 'timeout' | 'cancelled'
  result?: unknown
  error?: string
  error_type?: string
  traceback?: string | null
  locals?: LocalsIn | null
  retryable?: boolean
}
/**
 * Local variables of the user's own frames, in the order of the traceback; `left_out` says how many more there were.
 */
export interface LocalsIn {
  /**
   * @maxItems 10
   */
  frames: FrameLocalsIn[]
  left_out?: number
}
export interface FrameLocalsIn {
  file: string
  line: number
  function: string
  /**
   * @maxItems 30
   */
  variables: VariableIn[]
  left_out?: number
}
/**
 * `value`: null where it is masked for its name.
 */
export interface VariableIn {
  name: string
  value: string | null
}
export interface HandBackReport {
  job_id: string
  token: string
  kind: 'hand_back'
}
export interface ReportsOut {
  results: ReportOut[]
}
/**
 * `job_id` and `kind` are null where a report that cannot be read does not say them.
 */
export interface ReportOut {
  job_id: string | null
  kind: string | null
  status: number
  code: string | null
  detail: string | null
  cancel_requested: boolean
  expires_at: string | null
}
export interface SchedulePausedOut {
  function: string
  paused: boolean
}
/**
 * What a worker says of itself.
 */
export interface HeartbeatIn {
  worker_name: string
  started_at: string
  /**
   * @maxItems 500
   */
  functions: string[]
  function_names?: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[a-z0-9][a-z0-9._-]{0,62}$".
     */
    [k: string]: string
  }
  concurrency: number
  active_jobs: number
  jobs_processed: number
  jobs_failed: number
  hostname?: string | null
  state: 'starting' | 'active' | 'draining'
  version?: string | null
  interval_s?: number
  leaving?: boolean
  pod?: PodIn | null
  usage?: UsageIn | null
  paused?: boolean
}
/**
 * The pod a worker knows itself to run in (downward API).
 */
export interface PodIn {
  name: string
  namespace: string
  node?: string | null
}
/**
 * What a worker measures of itself, as far as it can.
 */
export interface UsageIn {
  cpu_cores?: number | null
  cpu_limit_cores?: number | null
  memory_bytes?: number | null
  memory_limit_bytes?: number | null
  loop_lag_ms?: number | null
}
/**
 * The answer to the heartbeat of a worker of which something is asked.
 */
export interface HeardOut {
  asked: Asked
}
/**
 * What is not said stays as it is.
 */
export interface ViewChangeIn {
  name?: string | null
  query?: ViewQueryIn | null
  shared?: boolean | null
}
