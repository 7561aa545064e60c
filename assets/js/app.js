import "./htmx_setup.js";
import { Application } from "@hotwired/stimulus";

import Articles from "./controllers/articles.js";
import Autosave from "./controllers/autosave.js";
import Board from "./controllers/board.js";
import Calendar from "./controllers/calendar.js";
import Chart from "./controllers/chart.js";
import Combobox from "./controllers/combobox.js";
import Composer from "./controllers/composer.js";
import Copy from "./controllers/copy.js";
import Countdown from "./controllers/countdown.js";
import Desk from "./controllers/desk.js";
import Dialog from "./controllers/dialog.js";
import Draft from "./controllers/draft.js";
import FileDrop from "./controllers/file_drop.js";
import Grid from "./controllers/grid.js";
import Hotkeys from "./controllers/hotkeys.js";
import InlineEdit from "./controllers/inline_edit.js";
import List from "./controllers/list.js";
import Live from "./controllers/live.js";
import Menu from "./controllers/menu.js";
import Navigation from "./controllers/navigation.js";
import Palette from "./controllers/palette.js";
import Passkey from "./controllers/passkey.js";
import Presence from "./controllers/presence.js";
import QuoteLines from "./controllers/quote_lines.js";
import RichText from "./controllers/rich_text.js";
import Rows from "./controllers/rows.js";
import Selection from "./controllers/selection.js";
import Sorting from "./controllers/sorting.js";
import StepValue from "./controllers/step_value.js";
import Submit from "./controllers/submit.js";
import Suggest from "./controllers/suggest.js";
import Tabs from "./controllers/tabs.js";
import Talk from "./controllers/talk.js";
import Theme from "./controllers/theme.js";
import TickAll from "./controllers/tick_all.js";
import Toast from "./controllers/toast.js";
import Tour from "./controllers/tour.js";
import Typing from "./controllers/typing.js";
import Unsaved from "./controllers/unsaved.js";

const application = Application.start();
for (const [name, controller] of Object.entries({
  articles: Articles, autosave: Autosave, board: Board, calendar: Calendar, chart: Chart, combobox: Combobox, composer: Composer, copy: Copy, countdown: Countdown, desk: Desk, dialog: Dialog, draft: Draft, "file-drop": FileDrop, grid: Grid, hotkeys: Hotkeys, "inline-edit": InlineEdit,
  list: List, live: Live, menu: Menu, navigation: Navigation, palette: Palette, passkey: Passkey, presence: Presence, "quote-lines": QuoteLines, "rich-text": RichText, rows: Rows, selection: Selection, sorting: Sorting, "step-value": StepValue, submit: Submit, suggest: Suggest, tabs: Tabs, talk: Talk, theme: Theme,
  "tick-all": TickAll, toast: Toast, tour: Tour, typing: Typing, unsaved: Unsaved,
})) application.register(name, controller);
