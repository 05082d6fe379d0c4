/** The networks on LiteRT in the browser: the adapter of the pose library. It lives in a worker. */

import { type CompiledModel, Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";
import loader from "@litertjs/core/wasm/litert_wasm_internal.js?url";
import program from "@litertjs/core/wasm/litert_wasm_internal.wasm?url";

import { DETECTOR_SIDE } from "./detection";
import type { Networks } from "./follow";

const SIDE = 256;

/** Where the model files are, and on what they run. */
export interface Models {
  landmarks: string;
  detector: string;
  accelerator: "webgpu" | "wasm";
}

type Output = "Identity" | "Identity_1" | "Identity_3";

/** Load both networks; rejects where the browser cannot. */
export async function loadNetworks(models: Models): Promise<Networks> {
  // The program lies beside its loader under a name of the build; the library would look for it beside the worker.
  // What it tells while it loads is for its makers.
  const silent = (): void => undefined;
  Object.assign(self, { Module: { locateFile: () => program, print: silent, printErr: silent } });
  const { warn } = console;
  console.warn = silent;
  await loadLiteRt(loader).finally(() => (console.warn = warn));
  const compiled = (model: string): Promise<CompiledModel> =>
    loadAndCompile(model, { accelerator: models.accelerator });
  const [landmarks, detector] = [await compiled(models.landmarks), await compiled(models.detector)];
  return {
    async landmarks(picture) {
      const out = await run(landmarks, picture, SIDE, ["Identity", "Identity_1", "Identity_3"]);
      return { points: out.Identity, presence: out.Identity_1[0]!, heatmap: out.Identity_3 };
    },
    async detector(picture) {
      const out = await run(detector, picture, DETECTOR_SIDE, ["Identity", "Identity_1"]);
      return { boxes: out.Identity, scores: out.Identity_1 };
    },
  };
}

async function run<Wanted extends Output>(
  model: CompiledModel,
  picture: Float32Array,
  side: number,
  wanted: readonly Wanted[],
): Promise<Record<Wanted, Float32Array>> {
  const input = new Tensor(picture, [1, side, side, 3]);
  const names = model.getOutputDetails().map(({ name }) => name);
  const tensors = await model.run([input]);
  try {
    const read = wanted.map(async (name) => [name, await tensors[names.indexOf(name)]!.data()] as const);
    return Object.fromEntries(await Promise.all(read)) as Record<Wanted, Float32Array>;
  } finally {
    for (const one of [input, ...tensors]) one.delete();
  }
}
