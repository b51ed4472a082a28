import { useEffect, useRef, useState } from 'react'

/** Played from the bytes as they were fetched, once: the key travels in a header, which a player cannot send, and an artifact is small. */
export function BlobMedia({ blob, type, name }: { blob: Blob; type: string; name: string }) {
  const player = useRef<HTMLVideoElement & HTMLAudioElement>(null)
  const [isRefused, setRefused] = useState(false)
  useEffect(() => {
    if (!player.current) return
    const url = URL.createObjectURL(new Blob([blob], { type }))
    player.current.src = url
    return () => {
      URL.revokeObjectURL(url)
    }
  }, [blob, type])
  if (isRefused) return <p className="faint">This browser does not play it. Download it.</p>
  const Player = type.startsWith('audio/') ? 'audio' : 'video'
  return (
    <Player
      ref={player}
      className="artifact-player"
      aria-label={name}
      controls
      preload="metadata"
      onError={() => {
        setRefused(true)
      }}
    />
  )
}
