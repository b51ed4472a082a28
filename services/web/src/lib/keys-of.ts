/** The keys of an object literal, which has no others than its type says. */
export const keysOf = <Literal extends object>(literal: Literal): (keyof Literal)[] =>
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- in general an object may have more keys
  Object.keys(literal) as (keyof Literal)[]
