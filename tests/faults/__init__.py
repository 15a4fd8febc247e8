"""What goes wrong on a machine: real processes, tiny servers that fail as they are asked to, very short profiles."""
