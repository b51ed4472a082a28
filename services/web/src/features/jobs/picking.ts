/** Those from one to another in the order they are shown, both included; of one that is not shown, the other alone. */
export function between(ids: readonly string[], from: string | null, to: string): readonly string[] {
  const at = ids.indexOf(to)
  const since = from === null ? -1 : ids.indexOf(from)
  return at === -1 || since === -1 ? [to] : ids.slice(Math.min(since, at), Math.max(since, at) + 1)
}
