print("postwatch")
