import { useState } from 'react'
import { followed, typedFrom, typing } from '@/components/typed'

interface TypedBox {
  readonly text: string
  readonly type: (text: string) => void
}

/** A box whose text is in the address: what is typed goes there, and what else changes the address changes the box. */
export function useTyped(address: string, write: (text: string) => void): TypedBox {
  const [typed, setTyped] = useState(() => typedFrom(address))
  if (typed.seen !== address) setTyped(followed(typed, address))
  return {
    text: typed.text,
    type: (text) => {
      setTyped((before) => typing(before, text))
      write(text.trim())
    },
  }
}
