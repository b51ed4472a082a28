import { useQueryClient } from '@tanstack/react-query'
import { Waves } from 'lucide-react'
import { useState } from 'react'
import { credential } from '@/lib/credential'

/** Shown once the server has refused what the page asked without a key, or with a wrong one. */
export function SignIn({ wasRefused }: { wasRefused: boolean }) {
  const client = useQueryClient()
  const [key, setKey] = useState('')
  const submit = (): void => {
    credential.signIn(key.trim())
    void client.resetQueries()
  }
  return (
    <form
      className="sign-in"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="sign-in-head">
        <Waves size={28} aria-hidden />
        <h1>Sign in to Millstream</h1>
        <p className="page-scope">This installation asks for a key. The install notes say how to read the first one.</p>
      </div>
      <label className="field">
        API key
        <input
          className="input"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          aria-invalid={wasRefused || undefined}
          value={key}
          onChange={(event) => {
            setKey(event.target.value)
          }}
        />
      </label>
      {wasRefused ? (
        <p role="alert" className="action-error">
          The server did not accept this key. It may be mistyped, expired or revoked.
        </p>
      ) : null}
      <button type="submit" className="button" data-tone="primary" disabled={key.trim() === ''}>
        Sign in
      </button>
      <p className="faint">It stays in this tab and is forgotten when you close it.</p>
    </form>
  )
}
