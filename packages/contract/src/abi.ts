/**
 * The one version number of the seam between compiled code and the runtime.
 *
 * It changes when compiled code of the day before could no longer run: when a function of the compiled entry changes its
 * meaning, or a field of the manifest that the runtime needs appears. The runtime refuses any other number by name.
 */
export const ABI = 1;
