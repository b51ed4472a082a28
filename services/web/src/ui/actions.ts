// What can be done now, as data: the keys do it, the palette lists it, `?` shows it.
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { tinykeys } from 'tinykeys'

export interface Action {
  readonly id: string
  readonly label: string
  readonly group: string
  /** As tinykeys spells them, a sequence with spaces: `g d`, `$mod+k`. */
  readonly keys?: string
  /** The key is heard by what has the focus, which may be many things; here it is only said. */
  readonly isHeardThere?: boolean
  readonly run: () => void
}

export class Actions {
  private lists: readonly (readonly Action[])[] = []
  private all: readonly Action[] = []
  private readonly listeners = new Set<() => void>()

  get = (): readonly Action[] => this.all

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What is added later, by the page or panel on top, wins where two want the same key; the frame's is beneath all, whenever it is added. */
  add(list: readonly Action[], isOfFrame = false): () => void {
    this.set(isOfFrame ? [list, ...this.lists] : [...this.lists, list])
    return () => {
      this.set(this.lists.filter((one) => one !== list))
    }
  }

  private set(lists: readonly (readonly Action[])[]): void {
    this.lists = lists
    this.all = [...new Map(lists.flat().map((action) => [action.keys ?? action.id, action])).values()]
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

const actions = new Actions()

export const useAllActions = (): readonly Action[] => useSyncExternalStore(actions.subscribe, actions.get)

/** Offers actions for as long as the component is there. They may close over what the component knows now. */
export function useActions(offered: readonly Action[], isOfFrame = false): void {
  const shape = JSON.stringify(offered.map(({ id, label, group, keys, isHeardThere }) => ({ id, label, group, keys, isHeardThere })))
  const run = useEffectEvent((id: string) => {
    offered.find((action) => action.id === id)?.run()
  })
  useEffect(() => {
    const described: Omit<Action, 'run'>[] = JSON.parse(shape)
    return actions.add(
      described.map((action) => ({
        ...action,
        run: () => {
          run(action.id)
        },
      })),
      isOfFrame,
    )
  }, [shape, isOfFrame])
}

/** Listens for the keys of every action; once, in the frame. Keys typed into a field or a dialog are not for the page. */
export function useKeys(): void {
  const all = useAllActions()
  useEffect(() => {
    const bindings = all.flatMap(({ keys, isHeardThere, run }) => (keys === undefined || isHeardThere ? [] : [[keys, act(run)] as const]))
    return tinykeys(window, Object.fromEntries(bindings), { ignore: isForSomethingElse })
  }, [all])
}

const act = (run: () => void) => (event: KeyboardEvent) => {
  event.preventDefault()
  run()
}

function isForSomethingElse(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.isComposing || !(event.target instanceof HTMLElement)) return true
  if (event.metaKey || event.ctrlKey) return false
  return event.target.isContentEditable || event.target.closest('input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu]') !== null
}

const NAMES: Readonly<Record<string, string>> = { $mod: /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl', '[Shift]': '', Escape: 'Esc', ArrowDown: '↓', ArrowUp: '↑' }

/** The keys as they are printed: one text for each press of a sequence. */
export const keyCaps = (keys: string): string[] =>
  keys.split(' ').map((press) =>
    press
      .split('+')
      .map((part) => NAMES[part] ?? part)
      .filter(Boolean)
      .join(' '),
  )
