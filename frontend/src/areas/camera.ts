/** Steps in front of the camera, without a session. */

import "../styles/camera.css";
import { type CameraData, CameraView } from "../live/camera_view";
import { pageData } from "../page";

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
    on = on ? false : await view.start().finally(() => (button.disabled = false));
    button.disabled = false;
    button.lastElementChild!.textContent = data.words[on ? "stop" : "start"] ?? "";
  });
}
