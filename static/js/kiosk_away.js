// The page that the service worker keeps for a server that is gone: it comes back to the door by itself.
import { leaveFor } from "./kiosk_gone.js";

leaveFor(document.querySelector(".gone").dataset.door);
