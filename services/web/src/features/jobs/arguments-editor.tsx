import { useId } from 'react'
import '@/features/jobs/enqueue-form.css'
import { FieldProblem } from '@/ui/field-problem'

interface ArgumentsEditorProps {
  readonly text: string
  readonly problem: string | null
  readonly onChange: (text: string) => void
}

const rowsOf = (text: string): number => Math.min(20, Math.max(6, text.split('\n').length))

export function ArgumentsEditor({ text, problem, onChange }: ArgumentsEditorProps) {
  const id = useId()
  return (
    <div className="field arguments-editor">
      <label htmlFor={id}>Arguments, as a JSON object</label>
      <textarea
        id={id}
        className="input code"
        rows={rowsOf(text)}
        spellCheck={false}
        value={text}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => {
          onChange(event.target.value)
        }}
      />
      <FieldProblem id={`${id}-problem`} problem={problem} />
    </div>
  )
}
