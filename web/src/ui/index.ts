export { Badge, type Tone } from "./Badge";
export { Button, IconButton } from "./Button";
export { Dialog } from "./Dialog";
export { Check, Field, Select } from "./Field";
export { Menu, type MenuItem } from "./Menu";
export { Progress, Stacked } from "./Progress";
export { EmptyState, ErrorState, Skeleton } from "./States";
export { Tabs, type Tab } from "./Tabs";
export { Toasts, failed, told } from "./Toasts";
