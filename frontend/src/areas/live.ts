/** A live session of quicker steps. */

import "../styles/live.css";
import { pageData } from "../page";
import { LivePage } from "../live/page";
import type { Setup } from "../live/setup";

const place = document.getElementById("live");
const setup = pageData<Setup>("live-data");
if (place && setup.kind !== "none") new LivePage(place, setup);
