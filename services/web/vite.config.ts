import { fileURLToPath, URL } from 'node:url'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const backend = process.env.MILLSTREAM_URL ?? 'http://localhost:8080'

export default defineConfig({
  base: '/',
  plugins: [tanstackRouter({ target: 'react', autoCodeSplitting: true }), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { outDir: 'dist', manifest: true, sourcemap: false, chunkSizeWarningLimit: 600 },
  server: { proxy: { '^/api/': { target: backend, changeOrigin: true } } },
  preview: { proxy: { '^/api/': { target: backend, changeOrigin: true } } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node', restoreMocks: true },
})
