import { useEffect, useEffectEvent, useState, type ChangeEvent, type SubmitEvent } from 'react'
import { asking, followed, typedFrom, typing, unasked } from '@/ui/typed'

/** When what is typed goes into the address: a question to the server is not asked at every key. */
type Asks = 'at once' | 'after a pause' | 'when told'

const PAUSE_MS = 300

interface TypedBox {
  readonly text: string
  readonly type: (text: string) => void
  /** The text is whole: Enter was pressed, or the box was left. */
  readonly tell: () => void
}

const whole = (text: string): string => text

/**
 * A box whose text is in the address: what is typed goes there, and what else changes the address changes the box.
 * `rest` is what of it stays in the box and in its place of the address, where some of it goes elsewhere.
 */
export function useTyped(address: string, write: (text: string) => void, asks: Asks, rest = whole): TypedBox {
  const [typed, setTyped] = useState(() => typedFrom(address))
  if (typed.seen !== address) setTyped(followed(typed, address))
  const wish = unasked(typed)
  const ask = (text: string | null): void => {
    if (text === null) return
    const stays = rest(text)
    setTyped((before) => asking(stays === text ? before : typing(before, stays), stays))
    write(text)
  }
  const askLater = useEffectEvent(ask)
  useEffect(() => {
    if (wish === null || asks !== 'after a pause') return
    const timer = setTimeout(() => {
      askLater(wish)
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [wish, asks])
  return {
    text: typed.text,
    type: (text) => {
      setTyped((before) => typing(before, text))
      if (asks === 'at once') ask(unasked(typing(typed, text)))
    },
    tell: () => {
      ask(wish)
    },
  }
}

interface Told {
  readonly form: { readonly onSubmit: (event: SubmitEvent) => void }
  readonly input: { readonly value: string; readonly onBlur: () => void; readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void }
}

/** For a box that asks when told: by Enter, or by leaving it. */
export const toldBy = ({ text, type, tell }: TypedBox): Told => ({
  form: {
    onSubmit: (event) => {
      event.preventDefault()
      tell()
    },
  },
  input: {
    value: text,
    onBlur: tell,
    onChange: (event) => {
      type(event.target.value)
    },
  },
})
