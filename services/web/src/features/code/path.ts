// Paths as tracebacks have them, of whatever system. They come from a worker: what they say must not lead anywhere else.
export interface Place {
  readonly file: string
  readonly line: number
}

const slashed = (path: string): string => path.replaceAll('\\', '/')

export const isAbsolute = (path: string): boolean => /^(\/|[A-Za-z]:[\\/])/.test(path)

/** With forward slashes; null where a step leads up or nowhere, or there is none. */
export function plainPath(path: string): string | null {
  const plain = slashed(path)
  const steps = plain.replace(/^(\/|[A-Za-z]:\/)/, '').split('/')
  return steps.some((step) => step === '' || step === '.' || step === '..') ? null : plain
}

/** What follows `root` in a path; a relative one is taken to begin there. Null where it stands elsewhere. */
export function pathBelow(root: string, file: string): string | null {
  const path = plainPath(file)
  if (path === null || !isAbsolute(path)) return path
  const start = `${slashed(root).replace(/\/+$/, '')}/`
  return path.startsWith(start) && path.length > start.length ? path.slice(start.length) : null
}

/** Its slashes stay, and a drive's colon. */
export const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/').replace(/^([A-Za-z])%3A\//, '$1:/')

export const fill = (template: string, values: Readonly<Record<string, string>>): string => template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
