/** What changes each second: for the eyes, it is not read aloud each second. */
export const Beat = ({ children }: { children: string }) => (
  <span className="num" aria-live="off">
    {children}
  </span>
)
