import type { NextConfig } from "next"

// Next.js takes the folder of the outermost lock file otherwise.
export default { turbopack: { root: import.meta.dirname } } satisfies NextConfig
