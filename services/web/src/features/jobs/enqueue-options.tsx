// When and how a job is to run: all of it may be left as it is.
import { useId, type InputHTMLAttributes } from 'react'
import { MOST_PRIORITY, type Draft, type Problems, type When } from '@/features/jobs/wish'
import { localInput } from '@/lib/format'
import { HOUR_MS } from '@/lib/time-units'
import { FieldProblem } from '@/ui/field-problem'

interface EnqueueOptionsProps {
  readonly draft: Draft
  readonly problems: Problems
  readonly onChange: (part: Partial<Draft>) => void
}

const WHEN: readonly (readonly [When, string])[] = [
  ['now', 'As soon as a worker is free'],
  ['delay', 'After a delay'],
  ['time', 'At a time'],
]

export function EnqueueOptions({ draft, problems, onChange }: EnqueueOptionsProps) {
  const whenId = useId()
  return (
    <div className="enqueue-options">
      <div className="field">
        <label htmlFor={whenId}>When</label>
        <select
          id={whenId}
          className="input"
          value={draft.when}
          onChange={(event) => {
            const when = WHEN.find(([one]) => one === event.target.value)?.[0] ?? 'now'
            onChange(when === 'time' && draft.time === '' ? { when, time: localInput(Date.now() + HOUR_MS) } : { when })
          }}
        >
          {WHEN.map(([when, word]) => (
            <option key={when} value={when}>
              {word}
            </option>
          ))}
        </select>
      </div>
      {draft.when === 'delay' ? (
        <TextField label="Delay, in seconds" inputMode="decimal" value={draft.delay} problem={problems.when} onText={(delay) => { onChange({ delay }) }} />
      ) : null}
      {draft.when === 'time' ? (
        <TextField label="Time, on your clock" type="datetime-local" step={1} value={draft.time} problem={problems.when} onText={(time) => { onChange({ time }) }} />
      ) : null}
      <TextField label={`Priority, ${String(MOST_PRIORITY)} goes first`} inputMode="numeric" placeholder="0" value={draft.priority} problem={problems.priority} onText={(priority) => { onChange({ priority }) }} />
      <TextField label="Idempotency key" placeholder="none" maxLength={255} value={draft.idempotencyKey} problem={problems.idempotency_key} onText={(idempotencyKey) => { onChange({ idempotencyKey }) }} />
      <TextField label="Tags" placeholder="none" value={draft.tags} problem={problems.tags} onText={(tags) => { onChange({ tags }) }} />
    </div>
  )
}

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  readonly label: string
  readonly problem: string | undefined
  readonly onText: (text: string) => void
}

function TextField({ label, problem = undefined, onText, ...input }: TextFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className="input"
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onChange={(event) => {
          onText(event.target.value)
        }}
      />
      <FieldProblem id={`${id}-problem`} problem={problem ?? null} />
    </div>
  )
}
