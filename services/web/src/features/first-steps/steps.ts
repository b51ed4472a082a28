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
