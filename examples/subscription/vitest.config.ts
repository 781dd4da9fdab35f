import continuum from "@continuum/unplugin/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [continuum()],
  test: { name: "subscription", include: ["src/**/*.test.ts"] },
});
