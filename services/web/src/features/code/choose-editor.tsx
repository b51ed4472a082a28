import '@/features/code/choose-editor.css'
import { useQuery } from '@tanstack/react-query'
import { SquareCode } from 'lucide-react'
import { useId, useState } from 'react'
import { codePlacesQuery } from '@/features/code/api'
import { chooseEditor, EDITORS, isFolder, isTemplate, LONGEST_TEMPLATE, useEditor, type Editor } from '@/features/code/editor'
import { keysOf } from '@/lib/keys-of'
import { FieldProblem } from '@/ui/field-problem'
import { Popover } from '@/ui/popover'
import { useOpenByAction } from '@/ui/use-open-by-action'
import { toldBy, useTyped } from '@/ui/use-typed'

const LONGEST_FOLDER = 500

/** What a line of a traceback opens in on the reader's machine. */
export function ChooseEditor() {
  const popover = useOpenByAction({ id: 'choose-editor', label: 'Choose the editor lines of a traceback open in', group: 'Job' })
  const { editor } = useEditor()
  return (
    <Popover
      label="Lines open in"
      {...popover}
      trigger={
        <button type="button" className="button">
          <SquareCode size={14} aria-hidden />
          {editor === 'none' ? 'Open in an editor' : editor === 'own' ? 'Opens in your editor' : `Opens in ${EDITORS[editor]}`}
        </button>
      }
    >
      <EditorForm />
    </Popover>
  )
}

function EditorForm() {
  const id = useId()
  const { data: places } = useQuery(codePlacesQuery())
  const { editor, template, folder } = useEditor()
  return (
    <div className="editor-choice">
      <div className="field">
        <label htmlFor={id}>Lines open in</label>
        <select
          id={id}
          className="input"
          value={editor}
          onChange={(event) => {
            chooseEditor({ editor: keysOf(EDITORS).find((one) => one === event.target.value) ?? 'none' })
          }}
        >
          {keysOf(EDITORS).map((one: Editor) => (
            <option key={one} value={one}>
              {EDITORS[one]}
            </option>
          ))}
        </select>
      </div>
      {editor === 'own' ? (
        <Text
          label="Its address, with {path} and {line}"
          placeholder="zed://file/{path}:{line}"
          maxLength={LONGEST_TEMPLATE}
          value={template}
          problemOf={(text) => (isTemplate(text) ? null : 'An address of an editor, or http(s), with {path} in it.')}
          onText={(text) => { chooseEditor({ template: text }) }}
        />
      ) : null}
      {editor === 'none' ? null : (
        <Text
          label={`Your folder for ${places?.root ?? '/app'}`}
          placeholder="the same"
          maxLength={LONGEST_FOLDER}
          value={folder}
          problemOf={(text) => (isFolder(text) ? null : 'A whole path, as /home/me/shop.')}
          onText={(text) => { chooseEditor({ folder: text }) }}
        />
      )}
      <p className="faint">Kept in this browser.</p>
    </div>
  )
}

interface TextProps {
  readonly label: string
  readonly placeholder: string
  readonly maxLength: number
  readonly value: string
  readonly problemOf: (text: string) => string | null
  readonly onText: (text: string) => void
}

/** Nothing is always right; what is wrong is said, and not kept. */
function Text({ label, placeholder, maxLength, value, problemOf, onText }: TextProps) {
  const id = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const told = toldBy(
    useTyped(
      value,
      (text) => {
        const found = text === '' ? null : problemOf(text)
        setProblem(found)
        if (found === null) onText(text)
      },
      'when told',
    ),
  )
  return (
    <form className="field" {...told.form}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        maxLength={maxLength}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        {...told.input}
      />
      <FieldProblem id={`${id}-problem`} problem={problem} />
    </form>
  )
}
