// The first steps of an empty installation, each with the fact that ends it. docs/use/dashboard.md runs what they say.
export interface Step {
  readonly title: string
  readonly code: string
  readonly isDone: boolean
}

export const FIRST_FUNCTION = `# app.py
from millstream import Millstream

app = Millstream("hello")


@app.function()
def greet(name: str) -> str:
    return f"Hello, {name}!"
`
export const START_WORKER = 'millstream worker app.py'
export const FIRST_JOB = 'millstream enqueue greet --arg name=world'

export const FIRST_API = `# web.py
from fastapi import FastAPI

from millstream.asgi import MillstreamMiddleware

web = FastAPI()
web.add_middleware(MillstreamMiddleware, name="payments")
`
export const START_API = 'uvicorn web:web --port 8000'
export const FIRST_REQUEST = 'curl localhost:8000/orders/1'

export interface Place {
  readonly url: string
  /** Whether this installation asks for a key. */
  readonly needsKey: boolean
}

/** What a terminal must know before any command. */
export const environment = ({ url, needsKey }: Place): string => `export MILLSTREAM_URL=${url}\n${needsKey ? 'export MILLSTREAM_API_KEY=…   # a key of the role service\n' : ''}`

export const jobSteps = (place: Place, there: { readonly functions: boolean; readonly worker: boolean; readonly job: boolean }): Step[] => [
  // Code that no worker ran was never told to the server: a worker proves it, too.
  { title: 'Declare a function', code: FIRST_FUNCTION, isDone: there.functions },
  { title: 'Start a worker', code: environment(place) + START_WORKER, isDone: there.worker },
  { title: 'Enqueue a job', code: environment(place) + FIRST_JOB, isDone: there.job },
]

export const apiSteps = (place: Place, there: { readonly instance: boolean; readonly request: boolean }): Step[] => [
  { title: 'Add the middleware', code: FIRST_API, isDone: there.instance },
  { title: 'Start your API', code: environment(place) + START_API, isDone: there.instance },
  { title: 'Make a request', code: FIRST_REQUEST, isDone: there.request },
]

export interface Task {
  readonly goal: string
  /** What whoever does it must know beyond the steps. */
  readonly rules: readonly string[]
  /** The path of REST that shows it is done, and what it shows then. */
  readonly proof: readonly [path: string, shows: string]
}

export const JOB_TASK: Task = {
  goal: 'Run a function of this project as a background job with Millstream (Python package `millstream`).\nTake a function that is worth it in place of `greet`.',
  rules: [
    'Arguments and results are JSON; arguments are checked against the type hints.',
    'Delivery is at least once: the function must be safe to run again.',
    'From code it is enqueued by `await greet.enqueue(name="world")`, without a loop by `greet.enqueue_sync(name="world")`.',
  ],
  proof: ['/api/v1/jobs?limit=1', 'a job whose `status` is `complete`'],
}

export const API_TASK: Task = {
  goal: 'Have the requests of this project\'s HTTP API watched by Millstream (Python package `millstream`).\nGive the API a name of its own in place of `payments`.',
  rules: ['`millstream.asgi` is for FastAPI and Starlette, `millstream.wsgi` for Flask and Django.', 'Nothing waits for Millstream: requests are told from a thread of its own, and none fails when it is away.'],
  proof: ['/api/v1/apis/events?limit=1', 'the request that was made'],
}

/** The same steps as a task for a coding agent, with what it cannot see from here. */
export function agentText({ url, needsKey }: Place, steps: readonly Step[], { goal, rules, proof: [path, shows] }: Task): string {
  const told = needsKey ? [...rules, 'The key stays out of the code: it is read from MILLSTREAM_API_KEY.'] : rules
  const blocks = steps.map(({ title, code }, index) => `${index + 1}. ${title}:\n\n\`\`\`\n${code.trimEnd()}\n\`\`\``)
  const header = needsKey ? ' -H "Authorization: Bearer $MILLSTREAM_API_KEY"' : ''
  return `${[goal, ...blocks, told.map((rule) => `- ${rule}`).join('\n'), `It is done when \`curl${header} '${url}${path}'\` shows ${shows}.`].join('\n\n')}\n`
}
