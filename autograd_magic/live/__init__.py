"""The widget and the kernel: the only room with comms and display."""
