import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { functionQuery } from '@/features/functions/api'
import { fieldsOf, readTexts, strangerIn, textsOf, type ArgumentField, type Texts } from '@/features/jobs/argument-fields'
import { readArguments } from '@/features/jobs/arguments'

export interface WrittenArguments {
  /** Null while it is not known whether the function says what it takes. */
  readonly view: 'fields' | 'json' | null
  readonly fields: readonly ArgumentField[]
  readonly texts: Texts
  readonly problems: Texts
  readonly text: string
  readonly problem: string | null
  /** Null while something is missing or wrong. */
  readonly value: Record<string, unknown> | null
  /** Why there are no fields to be had now; null where there are, or the function declares none. */
  readonly whyJson: string | null
  readonly write: (text: string) => void
  readonly writeField: (name: string, text: string) => void
  readonly chooseJson: (isJson: boolean) => void
}

/** The arguments of a function as they are being written: fields of a form and a JSON text, two views of one object. `onWrite` hears of each change. */
export function useArguments(functionKey: string, initial: Readonly<Record<string, unknown>>, onWrite: () => void): WrittenArguments {
  const { data, isPending } = useQuery(functionQuery(functionKey))
  const parameters = data?.parameters ?? null
  const fields = useMemo(() => (parameters === null ? [] : fieldsOf(parameters)), [parameters])
  const [text, setText] = useState(() => JSON.stringify(initial, null, 2))
  // What stands in the fields while it is no value yet: 1. or a half-written list.
  const [half, setHalf] = useState<{ readonly text: string; readonly texts: Texts } | null>(null)
  const [isJson, setJson] = useState(false)

  const given = readArguments(text)
  const stranger = given.value === null ? null : strangerIn(fields, given.value)
  const whyJson = parameters === null ? null : given.value === null ? 'First the JSON has to be right.' : stranger === null ? null : `The function has no argument ${stranger}.`
  const isFields = parameters !== null && !isJson && whyJson === null
  const texts = half?.text === text ? half.texts : textsOf(fields, given.value ?? {})
  const read = readTexts(fields, texts)
  const isWhole = !isFields || (read.missing.length === 0 && Object.keys(read.problems).length === 0)
  return {
    view: isPending ? null : isFields ? 'fields' : 'json',
    fields,
    texts,
    problems: read.problems,
    text,
    problem: given.problem,
    value: isWhole ? given.value : null,
    whyJson,
    write: (written) => {
      setText(written)
      onWrite()
    },
    writeField: (name, written) => {
      const next = { ...texts, [name]: written }
      const json = JSON.stringify(readTexts(fields, next).value, null, 2)
      setText(json)
      setHalf({ text: json, texts: next })
      onWrite()
    },
    chooseJson: setJson,
  }
}
