/** The report: server-drawn; only its looks. */

import "../styles/report.css";
