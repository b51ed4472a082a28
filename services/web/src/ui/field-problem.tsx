/** The server's sentence, at the field it is about. */
export function FieldProblem({ id, problem }: { id: string; problem: string | null }) {
  return problem === null ? null : (
    <p id={id} className="field-problem" role="alert">
      {problem}
    </p>
  )
}
