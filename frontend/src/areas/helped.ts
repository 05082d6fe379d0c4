/** Did it help: server-drawn; only its looks. */

import "../styles/helped.css";
