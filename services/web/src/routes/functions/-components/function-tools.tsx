import { ALL_FOLDED, NONE_FOLDED, type ModuleView } from '@/features/functions/modules'

interface FindBoxProps {
  readonly text: string
  readonly type: (text: string) => void
}

export function FindBox({ text, type }: FindBoxProps) {
  return (
    <div role="search">
      <input
        className="input"
        type="search"
        aria-label="Find a function"
        placeholder="Find a function"
        maxLength={255}
        value={text}
        onChange={(event) => {
          type(event.target.value)
        }}
      />
    </div>
  )
}

/** Whether functions stand by module, and all folds at once. */
export function ModuleTools({ isFlat, folded, except, onFlat, onFolds, isSearched }: ModuleView & { isSearched: boolean }) {
  const isUnfolded = folded === undefined && except === undefined
  return (
    <>
      <button
        type="button"
        className="chip"
        aria-pressed={!isFlat}
        onClick={() => {
          onFlat(!isFlat)
        }}
      >
        By module
      </button>
      {isFlat || isSearched ? null : (
        <button
          type="button"
          className="link-button"
          onClick={() => {
            onFolds(isUnfolded ? ALL_FOLDED : NONE_FOLDED)
          }}
        >
          {isUnfolded ? 'Fold all' : 'Unfold all'}
        </button>
      )}
    </>
  )
}
