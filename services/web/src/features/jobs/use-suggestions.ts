// A box with suggestions beneath it, as an ARIA combobox: arrows go through them, Tab and Enter take one, Escape closes.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useLayoutEffect, useRef, useState, type ChangeEvent, type InputHTMLAttributes, type KeyboardEvent, type RefObject } from 'react'
import { functionsQuery } from '@/features/functions/api'
import { jobsAtHand } from '@/features/jobs/api'
import { suggestionsFor, type Known, type Suggestion } from '@/features/jobs/query-suggestions'
import { workersQuery } from '@/features/workers/api'

interface SuggestedBox {
  readonly input: RefObject<HTMLInputElement | null>
  readonly caret: number
  readonly listId: string
  readonly optionId: (index: number) => string
  /** None while the list is closed. */
  readonly list: readonly Suggestion[]
  readonly active: number
  readonly take: (index: number) => void
  readonly close: () => void
  readonly props: Pick<InputHTMLAttributes<HTMLInputElement>, 'role' | 'aria-expanded' | 'aria-controls' | 'aria-autocomplete' | 'aria-activedescendant' | 'autoComplete' | 'onChange' | 'onKeyDown' | 'onSelect'>
}

const NONE: readonly Suggestion[] = []

export function useSuggestions(text: string, type: (text: string) => void): SuggestedBox {
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [caret, setCaret] = useState(0)
  const [active, setActive] = useState(-1)
  const known = useKnown(isOpen)
  const { from, to, list: all } = suggestionsFor(text, Math.min(caret, text.length), known)
  const list = isOpen ? all : NONE
  const optionId = (index: number): string => `${listId}-${String(index)}`
  const placeCaret = useCaret(input)
  const close = (): void => {
    setOpen(false)
    setActive(-1)
  }
  const take = (index: number): void => {
    const taken = list[index]
    if (!taken) return
    const before = text.slice(0, from) + taken.text
    type(before + text.slice(to).trimStart())
    placeCaret(before.length)
    setCaret(before.length)
    setActive(-1)
    // Behind a qualifier its values come next; a whole word has an end.
    setOpen(!taken.text.endsWith(' '))
  }
  useEffect(() => {
    if (active >= 0) document.getElementById(`${listId}-${String(active)}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, listId])
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const at = target.selectionStart ?? target.value.length
    type(target.value)
    setCaret(at)
    setActive(-1)
    setOpen(/\S/.test(target.value.charAt(at - 1)))
  }
  const step = (by: number): void => {
    if (isOpen && list.length > 0) setActive((active + by + (active < 0 && by < 0 ? 1 : 0) + list.length) % list.length)
    else setOpen(true)
  }
  const keys: Readonly<Record<string, () => boolean>> = {
    ArrowDown: () => (step(1), true),
    ArrowUp: () => (step(-1), true),
    Escape: () => (close(), list.length > 0),
    Enter: () => (active >= 0 ? (take(active), true) : (close(), false)),
    Tab: () => {
      const index = active >= 0 ? active : list[0]?.isBegun ? 0 : -1
      if (index < 0) close()
      else take(index)
      return index >= 0
    },
  }
  return {
    input,
    caret,
    listId,
    optionId,
    list,
    active,
    take,
    close,
    props: {
      role: 'combobox',
      'aria-expanded': list.length > 0,
      'aria-controls': list.length > 0 ? listId : undefined,
      'aria-autocomplete': 'list',
      'aria-activedescendant': active >= 0 && active < list.length ? optionId(active) : undefined,
      autoComplete: 'off',
      onChange,
      onSelect: ({ currentTarget }) => {
        setCaret(currentTarget.selectionStart ?? 0)
      },
      onKeyDown: (event: KeyboardEvent) => {
        if (event.shiftKey || event.nativeEvent.isComposing || !keys[event.key]?.()) return
        event.preventDefault()
        event.stopPropagation()
      },
    },
  }
}

/** Where the caret is to be once the text is drawn that it stands in. */
function useCaret(input: RefObject<HTMLInputElement | null>): (place: number) => void {
  const wanted = useRef<number>(null)
  useLayoutEffect(() => {
    if (wanted.current === null) return
    input.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = null
  })
  return (place) => {
    wanted.current = place
  }
}

/** Nothing is read before somebody types. */
function useKnown(isOpen: boolean): Known {
  const client = useQueryClient()
  const functions = useQuery({ ...functionsQuery(), enabled: isOpen }).data?.functions ?? []
  const workers = useQuery({ ...workersQuery(), enabled: isOpen }).data?.workers ?? []
  return { functions, workers: workers.flatMap(({ instances }) => instances), jobs: isOpen ? jobsAtHand(client) : [] }
}
