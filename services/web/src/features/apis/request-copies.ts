// A request as somebody else would send it, as far as the log knows it: the method and the route, not what filled it in.
import type { ApiRequestEvent } from '@/generated/rest'

type Logged = Pick<ApiRequestEvent, 'method' | 'path' | 'api_name'>

/** `{id}` and `{file:path}` of ASGI frameworks and Django's and Flask's `<int:id>` and `<id>`. */
const PARAMETER = /\{(\w+)(?::[^}]*)?\}|<(?:[^<>:]+:)?(\w+)>/g
const asVariable = (name: string): string => `\${${name}:?}`
/** Inside double quotes of a POSIX shell. */
const escaped = (text: string): string => text.replace(/[\\"$`]/g, '\\$&')

function shellPath(path: string): string {
  let text = ''
  let from = 0
  for (const found of path.matchAll(PARAMETER)) {
    text += escaped(path.slice(from, found.index)) + asVariable(found[1] ?? found[2] ?? '')
    from = found.index + found[0].length
  }
  return text + escaped(path.slice(from))
}

/**
 * What is not known is a variable the shell asks for by its name; nothing is sent before it is set. Null of a request that matched no route.
 *
 * @param listensAt where its instance said it listens; who copies may be nowhere near.
 */
export function asCurl({ method, path, api_name: api }: Logged, listensAt: string | null): string | null {
  if (!path.startsWith('/')) return null
  const hint = listensAt === null ? '' : ` (its instance listens at ${listensAt})`
  const how = method === 'GET' ? '' : method === 'HEAD' ? '-I ' : `-X ${method} `
  return [`# BASE_URL is where ${api} answers${hint}. The log keeps no query, headers or body.`, `curl -g ${how}"${asVariable('BASE_URL')}${shellPath(path)}"`].join('\n')
}
