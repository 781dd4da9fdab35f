import continuum from "@continuum/unplugin/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [continuum()],
  test: { name: "fraud-review", include: ["src/**/*.test.ts"] },
});
