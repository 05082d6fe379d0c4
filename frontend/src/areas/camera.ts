/** Steps in front of the camera, without a session. */

import "../styles/camera.css";
import { SourceRefused } from "../live/cadence_source";
import { PoseFailed } from "../live/camera";
import { type CameraData, CameraView } from "../live/camera_view";
import { pageData } from "../page";

/** Start, and tell whether it looks; the view has said why where it does not. */
async function started(view: CameraView): Promise<boolean> {
  try {
    await view.start();
    return true;
  } catch (error) {
    if (error instanceof SourceRefused || error instanceof PoseFailed) return false;
    throw error;
  }
}

const place = document.querySelector<HTMLElement>("[data-camera]");
const button = document.querySelector<HTMLButtonElement>("[data-camera-switch]");
if (place && button) {
  const data = pageData<CameraData>("camera-data");
  const view = new CameraView(place, data);
  let on = false;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (on) view.stop();
    on = !on && (await started(view));
    button.disabled = false;
    button.lastElementChild!.textContent = data.words[on ? "stop" : "start"] ?? "";
  });
}
