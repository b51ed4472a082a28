// Generated from proto/schemas.json by `npm run generate`. Do not edit.

export type EventType =
  | 'job.queued'
  | 'job.started'
  | 'job.progress'
  | 'job.completed'
  | 'job.failed'
  | 'job.retrying'
  | 'job.cancelled'
  | 'apis.snapshot'
  | 'api.snapshot'
  | 'api.request'
  | 'workers.snapshot'
  | 'jobs.trends.snapshot'
  | 'apis.trends.snapshot'
  | 'artifact.created'
  | 'artifact.deleted'
export type Stream = 'events' | 'apis' | 'apis.events' | 'workers' | 'jobs.trends' | 'apis.trends' | 'api' | 'artifacts'

/**
 * Every shape, by its name.
 */
export interface Payloads {
  ApiDetail: ApiDetail
  ApiEndpoint: ApiEndpoint
  ApiInfo: ApiInfo
  ApiInstance: ApiInstance
  ApiList: ApiList
  ApiOverview: ApiOverview
  ApiRequest: ApiRequest
  ApiRequestEvent: ApiRequestEvent
  ApiSnapshot: ApiSnapshot
  ApiTrendHour: ApiTrendHour
  ApiTrends: ApiTrends
  ApisEventsParameters: ApisEventsParameters
  ApisSnapshot: ApisSnapshot
  ApisTrendsParameters: ApisTrendsParameters
  ApisTrendsSnapshot: ApisTrendsSnapshot
  Artifact: Artifact
  ArtifactCreated: ArtifactCreated
  ArtifactDeleted: ArtifactDeleted
  CloudEvent: CloudEvent
  EventType: EventType
  EventsParameters: EventsParameters
  FieldProblem: FieldProblem
  JobCancelled: JobCancelled
  JobCompleted: JobCompleted
  JobFailed: JobFailed
  JobProgress: JobProgress
  JobQueued: JobQueued
  JobRetrying: JobRetrying
  JobStarted: JobStarted
  JobTrendHour: JobTrendHour
  JobTrends: JobTrends
  JobsTrendsParameters: JobsTrendsParameters
  JobsTrendsSnapshot: JobsTrendsSnapshot
  LogParameters: LogParameters
  Problem: Problem
  ScalingMetric: ScalingMetric
  Stream: Stream
  StreamEnvelope: StreamEnvelope
  StreamGap: StreamGap
  StreamOpen: StreamOpen
  StreamParameters: StreamParameters
  StreamPosition: StreamPosition
  StreamReconnect: StreamReconnect
  StreamStatus: StreamStatus
  StreamUnauthorized: StreamUnauthorized
  StreamUnavailable: StreamUnavailable
  SubInfo: SubInfo
  WorkerAutoscaler: WorkerAutoscaler
  WorkerDeployment: WorkerDeployment
  WorkerInfo: WorkerInfo
  WorkerInstance: WorkerInstance
  WorkerList: WorkerList
  WorkerPod: WorkerPod
  WorkerUsage: WorkerUsage
  WorkersSnapshot: WorkersSnapshot
}
/**
 * An API with its endpoints.
 */
export interface ApiDetail {
  api: ApiOverview
  endpoints: ApiEndpoint[]
  total_endpoints: number
}
/**
 * An API as its page shows it.
 */
export interface ApiOverview {
  name: string
  active: boolean
  instance_count: number
  instances: ApiInstance[]
  endpoint_count: number
  requests_24h: number
  avg_latency_ms: number | null
  /**
   * Percent of 4xx and 5xx; null without requests.
   */
  error_rate: number | null
  /**
   * Per minute.
   */
  requests_per_min: number
  docs_url: string | null
  success_rate: number | null
  client_error_rate: number | null
  server_error_rate: number | null
}
/**
 * One process of an API.
 */
export interface ApiInstance {
  id: string
  api_name: string
  started_at: string
  last_heartbeat: string
  host: string | null
  port: number | null
  /**
   * Declared endpoints, as `GET /orders/{id}`.
   */
  endpoints: string[]
  hostname: string | null
  /**
   * Of its code, where it says one.
   */
  version: string | null
}
/**
 * A method and a route template; figures are of the last 24 hours.
 */
export interface ApiEndpoint {
  method: string
  /**
   * The route's template; `(unmatched)` for requests that matched none.
   */
  path: string
  requests_24h: number
  /**
   * Per minute.
   */
  requests_per_min: number
  avg_latency_ms: number | null
  p50_latency_ms: number | null
  p95_latency_ms: number | null
  p99_latency_ms: number | null
  /**
   * How content latency and server errors leave those who ask.
   */
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
  /**
   * Of the bodies of all of them, as far as they were told.
   */
  request_bytes: number
  /**
   * Of the bodies of all answers, as far as they were told.
   */
  response_bytes: number
  /**
   * What it is about, as its API says; empty where it says nothing.
   */
  tags: string[]
}
/**
 * An API as lists show it; figures are of the last 24 hours.
 */
export interface ApiInfo {
  name: string
  active: boolean
  instance_count: number
  instances: ApiInstance[]
  endpoint_count: number
  requests_24h: number
  avg_latency_ms: number | null
  /**
   * Percent of 4xx and 5xx; null without requests.
   */
  error_rate: number | null
  /**
   * Per minute.
   */
  requests_per_min: number
}
/**
 * APIs by requests, most first.
 */
export interface ApiList {
  apis: ApiInfo[]
  total: number
}
/**
 * A line of the feed for people; figures are counted from all requests, not from the feed.
 */
export interface ApiRequest {
  type: 'api.request'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  request: ApiRequestEvent
  /**
   * Requests of this API left out since its last line.
   */
  dropped: number
}
/**
 * One request an API answered.
 */
export interface ApiRequestEvent {
  id: string
  at: string
  api_name: string
  method: string
  /**
   * The route's template; `(unmatched)` where none matched.
   */
  path: string
  status: number
  /**
   * Milliseconds.
   */
  latency_ms: number
  instance_id: string
  sampled: boolean
  trace_id: string | null
  /**
   * Of its body; null where nobody said.
   */
  request_bytes: number | null
  /**
   * Of its answer's body; null where nobody said.
   */
  response_bytes: number | null
  /**
   * Who made it, as the API names them; null where it names nobody.
   */
  consumer: string | null
}
/**
 * One API as it stands.
 */
export interface ApiSnapshot {
  type: 'api.snapshot'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  api: ApiDetail
}
/**
 * Answers of one hour, by status class.
 */
export interface ApiTrendHour {
  /**
   * The first instant of an hour, UTC.
   */
  hour: string
  success_2xx: number
  redirect_3xx: number
  client_4xx: number
  server_5xx: number
}
/**
 * Hours, ascending and zero-filled, the open one last.
 */
export interface ApiTrends {
  hourly: ApiTrendHour[]
}
/**
 * What `apis.events` may be asked with; a request must fit all.
 */
export interface ApisEventsParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
  /**
   * Where to begin; `last_event_id` beats it.
   */
  since?: string
  api_name?: string
  /**
   * In any case.
   */
  method?: string
  status_class?: '2xx' | '3xx' | '4xx' | '5xx'
  min_latency_ms?: number
}
/**
 * All APIs as they stand.
 */
export interface ApisSnapshot {
  type: 'apis.snapshot'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  apis: ApiList
}
/**
 * What `apis.trends` may be asked with.
 */
export interface ApisTrendsParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
  /**
   * How many hours, the open one last; 24 when not given.
   */
  hours?: number
  api_name?: string
}
/**
 * Answers by the hour, as they stand.
 */
export interface ApisTrendsSnapshot {
  type: 'apis.trends.snapshot'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  trends: ApiTrends
}
/**
 * A file a job left behind; its content is read over REST.
 */
export interface Artifact {
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
 * An artifact can be read now.
 */
export interface ArtifactCreated {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  job_id: string
  artifact_id: string
  type: 'artifact.created'
  artifact: Artifact
}
/**
 * An artifact is gone.
 */
export interface ArtifactDeleted {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  job_id: string
  artifact_id: string
  type: 'artifact.deleted'
  artifact: Artifact | null
}
/**
 * A data event where it was asked for with `envelope=cloudevents`: CloudEvents 1.0, structured, as JSON.
 */
export interface CloudEvent {
  specversion: '1.0'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  id: string
  /**
   * The path of its stream.
   */
  source: string
  type: EventType
  /**
   * The payload's `at`.
   */
  time: string
  datacontenttype: 'application/json'
  /**
   * The `$id` of the payload's schema.
   */
  dataschema: string
  /**
   * Of the work the fact is of, where it is traced.
   */
  traceparent?: string
  stream?: Stream
  /**
   * Whom it concerns; only on the combined endpoint.
   */
  sub?: string
  data:
    | JobQueued
    | JobStarted
    | JobProgress
    | JobCompleted
    | JobFailed
    | JobRetrying
    | JobCancelled
    | JobsTrendsSnapshot
    | ArtifactCreated
    | ArtifactDeleted
    | ApisSnapshot
    | ApiSnapshot
    | ApiRequest
    | ApisTrendsSnapshot
    | WorkersSnapshot
}
/**
 * A job waits: enqueued, promoted when its time came, or given back.
 */
export interface JobQueued {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  type: 'job.queued'
  queued_at: string
  /**
   * When it may run; later than `at` while it is pending.
   */
  scheduled_at: string
  /**
   * Higher runs first.
   */
  priority: number
  /**
   * What caused the job; `interrupted` where a worker did not end it.
   */
  trigger: 'api' | 'task' | 'cron' | 'event' | 'retry' | 'interrupted'
  /**
   * Only if `interrupted`: the worker that had it.
   */
  worker_id?: string
}
/**
 * A worker took the job.
 */
export interface JobStarted {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  /**
   * The worker instance that ran the attempt.
   */
  worker_id: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  type: 'job.started'
  started_at: string
  /**
   * Milliseconds since it last became queued.
   */
  queue_wait_ms: number
}
/**
 * How far a running job says it is; at most two a second.
 */
export interface JobProgress {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  /**
   * The worker instance that ran the attempt.
   */
  worker_id: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  type: 'job.progress'
  progress: number
  message?: string
}
/**
 * The job ended well. Its result is read over REST.
 */
export interface JobCompleted {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  /**
   * The worker instance that ran the attempt.
   */
  worker_id: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  type: 'job.completed'
  completed_at: string
  /**
   * Milliseconds.
   */
  duration_ms: number
}
/**
 * The job ended in failure; it will not be tried again.
 */
export interface JobFailed {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  /**
   * The worker instance that ran the attempt.
   */
  worker_id: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  type: 'job.failed'
  failed_at: string
  /**
   * Milliseconds.
   */
  duration_ms: number
  /**
   * What the exception says, or its type where it says nothing.
   */
  error: string
  error_type: string
  /**
   * The same for failures that are alike.
   */
  error_fingerprint: string
}
/**
 * An attempt failed and another will follow.
 */
export interface JobRetrying {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  /**
   * The worker instance that ran the attempt.
   */
  worker_id: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  type: 'job.retrying'
  /**
   * Counted from 1.
   */
  current_attempt: number
  next_attempt: number
  retry_at: string
  /**
   * Milliseconds.
   */
  delay_ms: number
  error: string
}
/**
 * The job was called off, before it ran or while it did.
 */
export interface JobCancelled {
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  job_id: string
  /**
   * The first job of the tree this one belongs to; itself where it is first.
   */
  root_id: string
  /**
   * The job that enqueued this one.
   */
  parent_id?: string
  /**
   * The function's key.
   */
  function: string
  /**
   * The function's name, for people.
   */
  function_name: string
  /**
   * W3C trace id.
   */
  trace_id?: string
  /**
   * When it happened, by the server's clock.
   */
  at: string
  /**
   * Grows by one with every event of the job except progress, which repeats the newest.
   */
  seq: number
  type: 'job.cancelled'
  /**
   * Only if it ran.
   */
  worker_id?: string
  /**
   * Counted from 1.
   */
  attempt: number
  max_retries: number
  cancelled_at: string
  reason?: string
}
/**
 * Outcomes by the hour, as they stand.
 */
export interface JobsTrendsSnapshot {
  type: 'jobs.trends.snapshot'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  trends: JobTrends
}
/**
 * Hours, ascending and zero-filled, the open one last.
 */
export interface JobTrends {
  hourly: JobTrendHour[]
}
/**
 * Outcomes of one hour. All but `active` count facts by their `at`.
 */
export interface JobTrendHour {
  /**
   * The first instant of an hour, UTC.
   */
  hour: string
  complete: number
  failed: number
  retrying: number
  /**
   * Running at the hour's end; now, for the open hour.
   */
  active: number
  cancelled: number
}
/**
 * The fleet as it stands.
 */
export interface WorkersSnapshot {
  type: 'workers.snapshot'
  /**
   * Unique per fact: meeting it twice is one fact told twice.
   */
  event_id: string
  at: string
  workers: WorkerList
}
/**
 * Workers by name.
 */
export interface WorkerList {
  workers: WorkerInfo[]
  total: number
}
/**
 * The instances of one name; a lost one is listed but lends no capacity.
 */
export interface WorkerInfo {
  name: string
  active: boolean
  instance_count: number
  instances: WorkerInstance[]
  functions: string[]
  function_names: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[a-z0-9][a-z0-9._-]{0,62}$".
     */
    [k: string]: string
  }
  concurrency: number
}
/**
 * One process that runs jobs.
 */
export interface WorkerInstance {
  id: string
  worker_name: string
  started_at: string
  last_heartbeat: string
  /**
   * Keys of the functions it runs.
   */
  functions: string[]
  /**
   * Their names, by key.
   */
  function_names: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[a-z0-9][a-z0-9._-]{0,62}$".
     */
    [k: string]: string
  }
  /**
   * Slots: how many jobs it runs at once.
   */
  concurrency: number
  active_jobs: number
  jobs_processed: number
  jobs_failed: number
  hostname: string | null
  state: 'starting' | 'active' | 'draining' | 'lost'
  version: string | null
  /**
   * Null outside Kubernetes.
   */
  pod: WorkerPod | null
  /**
   * What an operator asked for; it hears it with its next beat.
   */
  asked: ('pause' | 'drain') | null
  /**
   * It takes no more jobs until it is asked to go on.
   */
  paused: boolean
  /**
   * Null of a worker that does not say.
   */
  usage: WorkerUsage | null
}
/**
 * The pod a worker instance runs in.
 */
export interface WorkerPod {
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
/**
 * The Deployment a pod belongs to.
 */
export interface WorkerDeployment {
  name: string
  desired_replicas: number
  ready_replicas: number
  autoscaler: WorkerAutoscaler | null
}
/**
 * The HorizontalPodAutoscaler of a deployment; KEDA makes one, too.
 */
export interface WorkerAutoscaler {
  name: string
  min_replicas: number
  max_replicas: number
  desired_replicas: number
  metrics: ScalingMetric[]
}
/**
 * What an autoscaler measures, in Kubernetes' words: `81%` of `70%`.
 */
export interface ScalingMetric {
  name: string
  current: string | null
  target: string | null
}
/**
 * What a worker uses, as it last measured it: its container in a pod, its process elsewhere.
 */
export interface WorkerUsage {
  /**
   * Cores' worth of time, over the seconds since the last beat.
   */
  cpu_cores: number | null
  cpu_limit_cores: number | null
  /**
   * What cannot be taken from it without killing it.
   */
  memory_bytes: number | null
  memory_limit_bytes: number | null
  /**
   * How late its async functions' loop was at worst since the last beat.
   */
  loop_lag_ms: number | null
}
/**
 * What `events` may be asked with; an event must fit all.
 */
export interface EventsParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
  /**
   * Where to begin; `last_event_id` beats it.
   */
  since?: string
  /**
   * Keys, repeated: any of them.
   */
  function?: string[]
  job_id?: string
  /**
   * The job and all it enqueued, directly or not.
   */
  root_id?: string
  /**
   * With commas: any of them.
   *
   * @minItems 1
   */
  types?: ('job.queued' | 'job.started' | 'job.progress' | 'job.completed' | 'job.failed' | 'job.retrying' | 'job.cancelled')[]
}
/**
 * What is wrong with one field.
 */
export interface FieldProblem {
  field: string
  message: string
}
/**
 * What `jobs.trends` may be asked with.
 */
export interface JobsTrendsParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
  /**
   * How many hours, the open one last; 24 when not given.
   */
  hours?: number
  function?: string
  type?: 'task' | 'cron' | 'event'
}
/**
 * What a stream of facts may be asked with.
 */
export interface LogParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
  /**
   * Where to begin; `last_event_id` beats it.
   */
  since?: string
}
/**
 * An error, as RFC 9457 says it.
 */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /**
   * Stable: what a client may rely on.
   */
  code: string
  /**
   * Where fields are at fault, each by name.
   */
  errors?: FieldProblem[]
}
/**
 * A data event as the combined endpoint sends it.
 */
export interface StreamEnvelope {
  stream: Stream
  /**
   * The client's name for it.
   */
  sub: string
  data:
    | JobQueued
    | JobStarted
    | JobProgress
    | JobCompleted
    | JobFailed
    | JobRetrying
    | JobCancelled
    | JobsTrendsSnapshot
    | ArtifactCreated
    | ArtifactDeleted
    | ApisSnapshot
    | ApiSnapshot
    | ApiRequest
    | ApisTrendsSnapshot
    | WorkersSnapshot
}
/**
 * Something is missing here.
 */
export interface StreamGap {
  /**
   * Whom it concerns; only on the combined endpoint.
   */
  sub?: string
  stream?: Stream
  type: 'stream.gap'
  reason: 'retention' | 'topic_recreated' | 'overflow' | 'invalid_position' | 'poison'
  /**
   * The REST path that says how things stand.
   */
  snapshot: string
}
/**
 * The first event: where delivery begins.
 */
export interface StreamOpen {
  type: 'stream.open'
  /**
   * Opaque; what a reconnect sends back.
   */
  position: string
  server_time: string
  pod: string
  /**
   * Something comes at least this often, ±20 %.
   */
  heartbeat_ms: number
  /**
   * What is carried; only on the combined endpoint.
   */
  subs?: SubInfo[]
}
/**
 * A stream the combined endpoint carries.
 */
export interface SubInfo {
  /**
   * The client's name for it.
   */
  sub: string
  stream: Stream
}
/**
 * What every stream may be asked with.
 */
export interface StreamParameters {
  /**
   * Each data event as a CloudEvent; control events stay.
   */
  envelope?: 'cloudevents'
  /**
   * Where to continue; the header `Last-Event-ID` beats it.
   */
  last_event_id?: string
}
/**
 * The position moved although nothing for this client happened; also the heartbeat.
 */
export interface StreamPosition {
  type: 'stream.position'
}
/**
 * This connection will be closed in good order.
 */
export interface StreamReconnect {
  type: 'stream.reconnect'
  after_ms: number
  reason: 'drain' | 'max_age' | 'token_expiring'
}
/**
 * Whether the log can be reached; the stream stays open either way.
 */
export interface StreamStatus {
  type: 'stream.status'
  kafka: 'ok' | 'away'
  lag_ms: number | null
  newest_at: string | null
}
/**
 * The credential ended, or lacks the scope of this sub.
 */
export interface StreamUnauthorized {
  /**
   * Whom it concerns; only on the combined endpoint.
   */
  sub?: string
  stream?: Stream
  type: 'stream.unauthorized'
}
/**
 * Not now; the end of the stream, or of this sub.
 */
export interface StreamUnavailable {
  /**
   * Whom it concerns; only on the combined endpoint.
   */
  sub?: string
  stream?: Stream
  type: 'stream.unavailable'
  after_ms: number
  reason: string
}
