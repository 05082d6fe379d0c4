/** A live session of quicker steps. */

import "../styles/camera.css";
import "../styles/live.css";
import { pageData } from "../page";
import { type CameraData, CameraView } from "../live/camera_view";
import { LivePage } from "../live/page";
import { Ready } from "../live/ready";
import type { Setup } from "../live/setup";
import { makers } from "../live/sources";

const place = document.getElementById("live");
const setup = pageData<Setup>("live-data");
const camera = document.querySelector<HTMLElement>("[data-camera]");
if (camera) {
  const view = new CameraView(camera, pageData<CameraData>("camera-data"));
  makers.camera = () => {
    camera.parentElement!.hidden = false;
    return view;
  };
}
if (place) new LivePage(place, setup);
const ready = document.querySelector<HTMLElement>("[data-ready]");
if (ready) new Ready(ready, setup.late, setup.words);
