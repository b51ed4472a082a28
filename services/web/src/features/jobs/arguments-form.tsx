// Where the arguments of a job are written: a field for each where the function says what it takes, else, or if one likes, JSON.
import '@/features/jobs/enqueue-form.css'
import { useId } from 'react'
import type { ArgumentField } from '@/features/jobs/argument-fields'
import { ArgumentsEditor } from '@/features/jobs/arguments-editor'
import type { WrittenArguments } from '@/features/jobs/use-arguments'
import { FieldProblem } from '@/ui/field-problem'
import { Loading } from '@/ui/query-view'

interface ArgumentsFormProps {
  readonly written: WrittenArguments
  /** What the server has against them. */
  readonly refusal: string | null
}

export function ArgumentsForm({ written, refusal }: ArgumentsFormProps) {
  if (written.view === null) return <Loading reserve={160} />
  return (
    <div className="arguments-form">
      {written.fields.length > 0 || written.whyJson !== null ? <ViewChoice written={written} /> : null}
      {written.view === 'json' ? (
        <ArgumentsEditor text={written.text} problem={written.problem ?? refusal} onChange={written.write} />
      ) : (
        <fieldset className="argument-fields" aria-label="Arguments">
          {written.fields.length === 0 ? <p className="faint">The function takes no arguments.</p> : null}
          {written.fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              text={written.texts[field.name] ?? ''}
              problem={written.problems[field.name] ?? null}
              onText={(text) => {
                written.writeField(field.name, text)
              }}
            />
          ))}
          <FieldProblem id="arguments-refused" problem={refusal} />
        </fieldset>
      )}
    </div>
  )
}

function ViewChoice({ written: { view, whyJson, chooseJson } }: { written: WrittenArguments }) {
  return (
    <div className="arguments-view" role="group" aria-label="How arguments are written">
      <button type="button" className="chip" aria-pressed={view === 'fields'} disabled={whyJson !== null} title={whyJson ?? undefined} onClick={() => { chooseJson(false) }}>
        Fields
      </button>
      <button type="button" className="chip" aria-pressed={view === 'json'} onClick={() => { chooseJson(true) }}>
        JSON
      </button>
      {whyJson === null ? null : <span className="faint">{whyJson}</span>}
    </div>
  )
}

interface FieldProps {
  readonly field: ArgumentField
  readonly text: string
  readonly problem: string | null
  readonly onText: (text: string) => void
}

function Field({ field, text, problem, onText }: FieldProps) {
  const id = useId()
  const input = {
    id,
    className: 'input',
    value: text,
    required: field.isRequired,
    'aria-invalid': problem !== null,
    'aria-describedby': `${id}-${problem === null ? 'hint' : 'problem'}`,
    onChange: (event: { target: { value: string } }) => {
      onText(event.target.value)
    },
  }
  const usual = field.usual === null ? '' : `left out: ${field.usual}`
  return (
    <div className="field" data-wide={field.kind === 'json' || undefined}>
      <label htmlFor={id}>
        <span className="mono">{field.name}</span>
        {field.isRequired ? null : ' (optional)'}
      </label>
      {field.kind === 'choice' ? (
        <select {...input}>
          <option value="">{field.isRequired ? 'choose…' : usual || 'left out'}</option>
          {field.choices.map((one) => (
            <option key={one} value={one}>
              {one.replace(/^"(.*)"$/, '$1')}
            </option>
          ))}
        </select>
      ) : field.kind === 'json' ? (
        <textarea {...input} className="input code" rows={Math.min(12, Math.max(3, text.split('\n').length))} spellCheck={false} placeholder={usual} />
      ) : (
        <input {...input} type="text" inputMode={field.kind === 'text' ? undefined : 'decimal'} autoComplete="off" placeholder={usual} />
      )}
      {problem === null ? (
        <p id={`${id}-hint`} className="field-hint faint">
          {field.description === null ? field.hint : `${field.description} (${field.hint})`}
        </p>
      ) : null}
      <FieldProblem id={`${id}-problem`} problem={problem} />
    </div>
  )
}
